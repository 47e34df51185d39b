"""The tests; importable, because they share what lies beside them."""
