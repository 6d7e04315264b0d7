"""Evaluation of summaries, translations, checks and speed, and commands that print the results."""
