"""Repair of wrong figures, names, negations and terms in translations."""
