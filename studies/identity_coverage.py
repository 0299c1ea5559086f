"""Prints which share of recorded rows has a model: `python -m studies.identity_coverage [--feeds]
[--then] [--unmatched]`.

Per capture of the boards that matter: all rows, and the best 40; per feed: the first-party rows of US and
Chinese labs. Each capture is measured as known at the end of the record and, with --then, also as known on
its own day.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

import pandas as pd

from tests.transforms.recorded_names import NO_OFFERS, naming, recorded
from transforms.identity.index import index_seeds
from transforms.identity.matching import match_models
from transforms.identity.tables import build_identity
from warehouse.seeds import seeds

END = date(2026, 11, 20)
BOARDS = {
    "ECI": ("epoch_eci", ("epoch_eci",), "eci"),
    "LiveBench": ("livebench", ("livebench",), "average"),
    "Arena, data set": ("lmarena_text", ("lmarena_hf_parquet", "lmarena_hf_mirror_json", "lmarena_text"), ""),
    "Arena with style control, data set": (
        "lmarena_text_style_control",
        ("lmarena_hf_parquet", "lmarena_hf_mirror_json", "lmarena_text_style_control"),
        "",
    ),
    "Artificial Analysis": (
        "artificial_analysis",
        ("artificial_analysis_api", "artificial_analysis_free"),
        "intelligence_index",
    ),
    "SWE-bench bash-only": ("swebench_bash_only", ("swebench",), "resolved"),
}
REGISTRIES = (
    ("boards", "epoch_models"),
    ("boards", "epoch_eci"),
    ("boards", "metr_time_horizon"),
    ("boards", "artificial_analysis_api"),
)
FEEDS = {"models_dev": "models_dev", "openrouter": "openrouter", "litellm": "litellm"}
# Providers of the feeds that are a lab's own API (a lab that is also a host counts with the names of its own
# brand).
FIRST_PARTY = frozenset(
    (
        "openai",
        "anthropic",
        "google",
        "gemini",
        "xai",
        "x-ai",
        "meta",
        "meta_llama",
        "meta-llama",
        "llama",
        "amazon",
        "amazon_nova",
        "deepseek",
        "alibaba",
        "alibaba-cn",
        "dashscope",
        "qwen",
        "moonshot",
        "moonshotai",
        "moonshotai-cn",
        "zai",
        "z-ai",
        "zhipuai",
        "minimax",
        "minimax-cn",
        "bytedance",
        "bytedance-seed",
        "tencent",
        "baidu",
        "stepfun",
        "xiaomi",
        "meituan",
        "longcat",
        "perplexity",
        "inception",
        "microsoft",
        "nvidia",
        "allenai",
        "nousresearch",
        "arcee-ai",
        "inclusionai",
        "kwaipilot",
    )
)


def shares(board: str, *, then: bool = False) -> Iterator[tuple[date, int, float, float, list[str]]]:
    """Of each capture of a board: day, rows, share with a model, share among the best 40, the names without
    one.

    `then`: as known on the capture's own day, when nobody knew yet whose a cloaked model was, else as known
    at the end.
    """
    names, releases = recorded(_files(board))
    known = {}
    for day, frame in _rated(board):
        as_of = day if then else END
        if as_of not in known:
            known[as_of] = build_identity(seeds(), names, releases, NO_OFFERS, as_of, near=False)[
                "model_aliases"
            ]
        matched, unmatched = match_models(frame, known[as_of])
        best = set(frame.nlargest(40, "score").index)
        top = 1 - len(best & set(unmatched.index)) / len(best)
        yield day, len(frame), len(matched) / len(frame), top, sorted(set(unmatched["listed_model"]))


def _files(board: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys([*REGISTRIES, *(("boards", f) for f in BOARDS[board][1])]))


def _rated(board: str) -> Iterator[tuple[date, pd.DataFrame]]:
    """Each capture of a board: its day, and the rows of the headline metric."""
    board_id, folders, metric = BOARDS[board]
    for folder in folders:
        for capture, rows in naming("boards", folder).scores:
            scores = [r for r in rows if r.board_id == board_id and (not metric or r.metric == metric)]
            if not scores:
                continue
            frame = pd.DataFrame(scores).assign(source_id=capture.source_id, provider_id="")
            frame["observed_on"] = pd.Timestamp(capture.observed_on)
            if not metric:
                frame = (
                    frame[frame["metric"] == frame["metric"].iloc[0]]
                    if "overall" not in set(frame["metric"])
                    else frame[frame["metric"] == "overall"]
                )
            yield capture.observed_on, frame


def feed_share(feed: str) -> tuple[int, float, list[str]]:
    """First-party rows of US and Chinese labs of a feed: how many names, the share of rows with a model, the
    names without one.
    """
    names, releases = recorded((*REGISTRIES, ("prices", "models_dev"), ("prices", FEEDS[feed])))
    index = index_seeds(seeds(), END)
    labs = seeds()["labs"]
    own = set(labs.loc[labs["country"].isin(["US", "CN"]), "lab_id"])
    prefix = (
        names["listed_model"].str.lstrip("~").str.split("/").str[0]
        if feed == "openrouter"
        else names["provider_id"]
    )
    mine = (
        (names["source_id"] == feed)
        & (names["table"] == "list_prices")
        & prefix.isin(FIRST_PARTY)
        & prefix.map(index.lab).isin(own)
    )
    found = build_identity(seeds(), names, releases, NO_OFFERS, END, near=False)["unmatched"]
    keys = ["source_id", "provider_id", "listed_model"]
    rows = names[mine].merge(found[keys].drop_duplicates().assign(missing=True), on=keys, how="left")
    missing = rows["missing"].notna()
    return (
        len(rows),
        1 - rows.loc[missing, "rows"].sum() / rows["rows"].sum(),
        sorted(set(rows.loc[missing, "listed_model"])),
    )


def main() -> None:
    """Prints the shares; names what is missing with --unmatched; the feeds only with --feeds (they are
    large).
    """
    out = sys.stdout.write
    for board in BOARDS:
        got = list(shares(board))
        missing: Counter[str] = Counter()
        by_day: defaultdict[date, list[float]] = defaultdict(list)
        for day, _, share, _, lacking in got:
            missing.update(lacking)
            by_day[day].append(share)
        out(
            f"{board}: {len(got)} captures, rows {min(g[1] for g in got)} to {max(g[1] for g in got)}; share"
            " with a model: "
        )
        out(f"least {min(g[2] for g in got):.4f}, of the best 40 least {min(g[3] for g in got):.4f}\n")
        if "--then" in sys.argv:
            then = list(shares(board, then=True))
            out(
                f"    as known on its own day: least {min(g[2] for g in then):.4f}, of the best 40 least"
                f" {min(g[3] for g in then):.4f}; "
            )
            out(f"not known then {sorted({name for g in then for name in g[4]} - set(missing))}\n")
        if "--unmatched" in sys.argv:
            out(f"    {dict(missing)}\n")
    if "--feeds" in sys.argv:
        for feed in FEEDS:
            count, share, lacking = feed_share(feed)
            out(
                f"{feed}: {count} first-party names of US and Chinese labs, share of rows with a model"
                f" {share:.4f}\n"
            )
            if "--unmatched" in sys.argv:
                out(f"    {lacking}\n")


if __name__ == "__main__":
    main()
