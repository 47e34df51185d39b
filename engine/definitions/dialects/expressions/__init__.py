"""Translates the expression languages of other modellers to FEEL; one file for each language.

A text is cut into tokens, read into a tree (`nodes`), given its meaning in FEEL (`meaning`) and written (`writing`).
What has no certain meaning is `Unsure`, with a sentence that says which part.
"""
