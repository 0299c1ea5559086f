"""When a provider's own page listed a model: a model that two whole captures in a row no longer list is off
sale at first hand, whatever feeds still print.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.sightings import FOREVER

SOLD = ["our_provider_id", "market", "model_id"]


def off_sale(
    said: pd.DataFrame, captures: pd.DataFrame | None = None, known: np.int64 = FOREVER
) -> pd.DataFrame:
    """SOLD, off and back: the spells [off, back) (microseconds; FOREVER: not back yet) in which a model that
    the provider's own page once listed was on none of the pages that had listed it.

    said: `observed_intervals` with own_page, post, first_seen, gone_at and gone_twice_at. A post is no page:
    nobody takes it off; what the lab announced in a post is off sale from the first of two whole captures
    (`captures`, until `known`) of a page that never listed it. A single capture takes nothing off sale.
    """
    page = said[said["own_page"].to_numpy(dtype=bool) & ~said["post"].to_numpy(dtype=bool)]
    if not len(page):
        return pd.DataFrame(columns=[*SOLD, "off", "back"])
    spells = page[[*SOLD, "source_id", "first_seen", "gone_at", "gone_twice_at"]].astype(
        dict.fromkeys([*SOLD, "source_id"], "object")
    )
    spells = spells.assign(until=np.where(spells["gone_twice_at"] < FOREVER, spells["gone_at"], FOREVER))
    by_page = _merged(spells, [*SOLD, "source_id"], spells["gone_twice_at"])
    listed = _merged(by_page, SOLD, by_page["until"])
    back = listed.groupby(SOLD, sort=False)["first_seen"].shift(-1).fillna(FOREVER).astype("int64")
    found = listed.assign(off=listed["until"], back=back)
    found = found.loc[found["off"] < FOREVER, [*SOLD, "off", "back"]]
    if captures is not None:
        found = pd.concat([found, _never_listed(said, listed, page, captures[captures["at"] <= known])])
    return found.reset_index(drop=True)


def _never_listed(
    said: pd.DataFrame, listed: pd.DataFrame, page: pd.DataFrame, captures: pd.DataFrame
) -> pd.DataFrame:
    """SOLD, off and back of the models of posts that no page of the provider's ever listed."""
    posts = said[said["post"].to_numpy(dtype=bool)].astype(dict.fromkeys(SOLD, "object"))
    told = posts.groupby(SOLD)["start"].min().reset_index()
    told = told[~pd.MultiIndex.from_frame(told[SOLD]).isin(pd.MultiIndex.from_frame(listed[SOLD]))]
    pages = page[["our_provider_id", "market", "source_id"]].drop_duplicates().astype("object")
    whole = captures.loc[captures["whole"], ["source_id", "address", "at"]]
    later = told.merge(pages, on=["our_provider_id", "market"]).merge(whole, on="source_id")
    later = later[later["at"] > later["start"]].sort_values("at")
    twice = later.groupby([*SOLD, "address"])["at"].agg(["first", "size"]).reset_index()
    off = twice[twice["size"] > 1].groupby(SOLD)["first"].min().rename("off").reset_index()
    return off.assign(back=FOREVER)


def _merged(spells: pd.DataFrame, key: list[str], bridge: pd.Series) -> pd.DataFrame:
    """The unions of the spells [first_seen, until) of each key: two are one where the later starts no later
    than the earlier's `bridge`.
    """
    ordered = spells.assign(bridge=np.maximum(bridge, spells["until"])).sort_values([*key, "first_seen"])
    before = ordered.groupby(key, sort=False)["bridge"].cummax()
    before = before.groupby([ordered[k] for k in key], sort=False).shift(fill_value=-1)
    number = (ordered["first_seen"] > before).cumsum().to_numpy()
    first = ordered.groupby(number)
    merged = first[key].first()
    return merged.assign(first_seen=first["first_seen"].min(), until=first["until"].max()).reset_index(
        drop=True
    )


def pieces_on_sale(said: pd.DataFrame, off: pd.DataFrame) -> pd.DataFrame:
    """`said` with the spells of `off_sale` cut out of what feeds and posts say is sold at first hand; one row
    becomes two where the model came back.
    """
    if not len(off):
        return said
    page = said["own_page"].to_numpy(dtype=bool) & ~said["post"].to_numpy(dtype=bool)
    asked = said["first_party"].to_numpy(dtype=bool) & ~page
    rows = said.loc[asked, [*SOLD, "start", "end"]].astype(dict.fromkeys(SOLD, "object"))
    hit = rows.reset_index(names="row").merge(off, on=SOLD)
    hit = hit[(hit["off"] < hit["end"]) & (hit["back"] > hit["start"])].sort_values(["row", "off"])
    if not len(hit):
        return said
    follow = hit.groupby("row")["off"].shift(-1)
    later = hit.assign(start=hit["back"], end=np.minimum(hit["end"], follow.fillna(FOREVER).astype("int64")))
    later = later[later["end"] > later["start"]]
    first = hit.groupby("row")["off"].min()
    end, why = said["end"].to_numpy(copy=True), said["ended"].to_numpy(dtype=object).copy()
    at = first.index.to_numpy(dtype=np.int64)
    again = said.iloc[later["row"].to_numpy(dtype=np.int64)].assign(
        start=later["start"].to_numpy(), end=later["end"].to_numpy(), basis="listed again"
    )
    cut = again["end"].to_numpy() < said["end"].to_numpy()[later["row"].to_numpy(dtype=np.int64)]
    again["ended"] = np.where(cut, "gone from the own page", again["ended"].to_numpy(dtype=object))
    end[at], why[at] = first.to_numpy(), "gone from the own page"
    return pd.concat([said.assign(end=end, ended=why), again], ignore_index=True)
