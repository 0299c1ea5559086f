"""What each source's licence lets us publish. Every `Source.licence` is a key of `LICENCES`; a test
enumerates the sources.

The statements are the sources' own as read with the recordings; where a source states none, its rows are
published as facts (a score, a price, a date) with a link, and its texts are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence, and whether rows read under it may be published again.

    may_republish: rows may stand in published tables. Where False they stay in the local snapshots, and only
    what is derived
        from them (a lag, a rank) is published, with attribution.
    attribution: what a reader is shown beside numbers that rest on the source; `{title}` is the source's
    title.
    """

    id: str
    name: str
    url: str
    may_republish: bool
    attribution: str
    commercial_use: bool = True


_ALL = (
    Licence(
        "cc_by_4_0",
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        True,
        "{title}, licensed under CC BY 4.0; read and normalised by gapledger",
    ),
    Licence(
        "cc_by_nc_4_0",
        "Creative Commons Attribution-NonCommercial 4.0 International",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        True,
        "{title}, licensed under CC BY-NC 4.0 (no commercial use); read and normalised by gapledger",
        commercial_use=False,
    ),
    Licence("mit", "MIT License", "https://opensource.org/license/mit", True, "{title}, MIT License"),
    Licence(
        "apache_2_0",
        "Apache License 2.0",
        "https://www.apache.org/licenses/LICENSE-2.0",
        True,
        "{title}, Apache License 2.0",
    ),
    Licence(
        "mpl_2_0", "Mozilla Public License 2.0", "https://www.mozilla.org/MPL/2.0/", True, "{title}, MPL 2.0"
    ),
    Licence(
        "reference_only",
        "No republication; reference with attribution",
        "",
        False,
        "Contains results that rest on {title}; its data is used for reference and is not republished",
    ),
    Licence(
        "facts",
        "Public list prices and published facts, no licence claimed",
        "",
        True,
        "{title}: facts as published by the vendor",
    ),
    Licence(
        "ecb",
        "European Central Bank: free use of statistics with the source acknowledged",
        "https://www.ecb.europa.eu/stats/ecb_statistics/governance_and_quality_framework/html/usage_policy.en.html",
        True,
        "Source: ECB statistics (euro foreign exchange reference rates)",
    ),
    Licence(
        "none_stated",
        "None stated by the publisher; facts only, with a link",
        "",
        True,
        "{title}: facts as published",
    ),
)

LICENCES: Mapping[str, Licence] = {licence.id: licence for licence in _ALL}


def licence(key: str) -> Licence:
    """The licence called `key`; KeyError with the known keys where there is none."""
    try:
        return LICENCES[key]
    except KeyError:
        raise KeyError(
            f"no licence is called {key!r}; warehouse/licences.py has {sorted(LICENCES)}"
        ) from None
