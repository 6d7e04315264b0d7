"""Backends that run translation models, and the prompts of each model family."""
