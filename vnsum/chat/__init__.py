"""Chat models: the table of prompts, and servers that speak the OpenAI chat protocol."""
