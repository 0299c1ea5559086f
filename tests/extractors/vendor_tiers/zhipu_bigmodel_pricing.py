"""Zhipu's tier column repeats the context of models whose price does not depend on it."""

WORDS = {context: {"context_from_tokens": 0, "output_from_tokens": 0} for context in ("1M", "200K", "/")}
