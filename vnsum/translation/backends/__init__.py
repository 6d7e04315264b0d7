"""What runs a model: the `Backend` protocol and its implementations, and prompts."""
