"""What is stored. Imports nothing of ours."""
