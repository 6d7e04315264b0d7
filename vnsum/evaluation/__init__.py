"""Scores against references and the commands that print them; nothing in vnsum imports this."""
