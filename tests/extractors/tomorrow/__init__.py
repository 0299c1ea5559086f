"""A page of tomorrow: every golden page as it may stand there next month, by a seeded generator.

`kinds` of change (`pages.py` for HTML and Markdown, `data.py` for JSON, YAML, CSV and archives of them) are
made from the golden captures; `measure.py` says of each whether the known models are still published and
whether a value is wrong. `python -m tests.extractors.tomorrow [SOURCE ...]` prints the shares and what falls
short.
"""
