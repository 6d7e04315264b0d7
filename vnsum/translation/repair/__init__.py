"""Replacing wrong figures, names, negations and terms where another candidate is better."""
