"""Chat models: prompts, chat templates, and servers that speak the OpenAI chat protocol."""
