"""Find messages by their words, and what was sent or came in lately."""

revision = "20261128_185829"
down_revision = "20261128_182637"


def upgrade() -> None:
    """Change no table: the indexes are created with those of every upgrade."""
