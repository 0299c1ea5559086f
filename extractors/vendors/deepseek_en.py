"""DeepSeek's price page in English, USD. How the page is built and its traps: `_deepseek.py`. Peak hours are
printed in UTC.
"""

from __future__ import annotations

from extractors.source import Source
from extractors.vendors import _deepseek
from extractors.vendors._deepseek_page import Words
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, OFFERS, Row

SOURCE = Source(
    id="deepseek_en",
    title="DeepSeek API, Models & Pricing (USD)",
    kind="vendors",
    addresses=("https://api-docs.deepseek.com/quick_start/pricing/",),
    matches=(r"https://api-docs\.deepseek\.com/quick_start/pricing/?",),
    tables=(LIST_PRICES, OFFERS),
    licence="facts",
    first_party=("deepseek",),
    expects=Expects(
        sisters=("deepseek_zh",),
        rows={"list_prices": (3, 120)},
        models=("deepseek-v4-pro", "deepseek-v4-flash", "deepseek-flash", "deepseek-chat"),
        currencies=frozenset({"USD"}),
        amounts=(0.001, 20.0),
        vanished_share=0.6,  # two models: one new name is half of them
    ),
)

WORDS = Words(
    currency="USD",
    title="models&pricing",
    model="model",
    version="modelversion",
    pricing="pricing",
    concurrency="concurrencylimit",
    end="deductionrules",
    components={
        "1minputtokens(cachehit)": "cache_read",
        "1minputtokens(cachemiss)": "input",
        "1moutputtokens": "output",
    },
    bands={"peak": "peak", "off-peak": "off_peak"},
)


def parse(capture: Capture) -> list[Row]:
    """Prices of the models on the page, with their bands, promotions and announced prices; one offer a
    model.
    """
    return _deepseek.read(capture, WORDS)
