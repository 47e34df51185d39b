"""What the interface takes and answers, as marshmallow schemas: requests are checked by them, and documented."""
