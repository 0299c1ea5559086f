"""The three hostile names of the made tables."""

from __future__ import annotations

from datetime import date

AS_OF = date(2026, 7, 1)


SCRIPT, FORMULA, LONG = "<script>alert(1)</script>", '=HYPERLINK("http://x.test","y")', "L" * 5000


US, CN, CHEAP = "openai/hostile-script", "deepseek/hostile-formula", "alibaba/hostile-long"


NAMES = {US: SCRIPT, CN: FORMULA, CHEAP: LONG}
