"""Fixtures that every test may ask for: see `tests/environment` for databases."""

pytest_plugins = [
    "tests.environment.databases",
    "tests.environment.applications",
    "tests.environment.mail_server",
    "tests.environment.skips",
    "tests.environment.pace",
    "tests.environment.thinning",
    "tests.factories",
]
