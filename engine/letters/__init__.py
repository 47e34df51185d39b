"""The letters of categories, for those who write them: their states, trying them, the fields that they may use."""
