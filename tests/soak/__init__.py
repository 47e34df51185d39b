"""Kills processes at random and looks whether anything was lost or doubled."""
