"""How Casewright is run in earnest: settings of gunicorn, and files for systemd, nginx and containers."""
