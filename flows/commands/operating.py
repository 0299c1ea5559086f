"""The commands of whoever keeps a home: status, prune, verify, reindex, settle, serve."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.app import (
    NOT_PUBLISHED,
    PUBLISHED,
    Json,
    Location,
    command,
    message_to,
    option,
    source_ids,
    text,
    writing,
)


@command("status", "status", "status --failing", "status --json")
def status(
    location: Location,
    failing: Annotated[bool, option("--failing", "Only the sources that fail or are stale.")] = False,
    json: Json = False,
) -> int:
    """Every source: last success, age, rows, failing since; exit 1 when a required source is stale."""
    from flows.console import put_json, put_table, say
    from flows.derive import sources
    from warehouse.checks.marts.held import held_notes
    from warehouse.clock import utc_today
    from warehouse.marts import Marts
    from warehouse.source_state import source_states

    states = source_states(location, utc_today(), sources())
    shown = [state for state in states if not failing or state.state in {"failing", "stale"}]
    if json:
        put_json([state.as_json() for state in shown])
    else:
        ages = ["last success", "content of", "age, days", "rows", "unread", "failing since"]
        header = ["source", "kind", "state", *ages, "why"]
        put_table(header, [state.as_row() for state in shown])
        for said in (f"news, {state.source_id}: {text}" for state in shown for text in state.news):
            say(said)
        for said in (state.quietness for state in shown if state.quietness):
            say(said)
        for held in held_notes(Marts(location)):
            say(held)
    stale = [state.source_id for state in states if state.required and state.stale]
    if stale:
        say(f"required and stale: {', '.join(stale)}; run: gapledger run --sources {','.join(stale)}")
    return NOT_PUBLISHED if stale else PUBLISHED


@command("prune", "prune", "prune --dry-run", "prune --keep 5 --older-than 24")
def prune(
    location: Location,
    keep: Annotated[int, text("--keep", "N", "How many of the newest published sets stay (2 or more).")] = 2,
    older_than: Annotated[
        float, text("--older-than", "HOURS", "How long ago a set was superseded that may go.")
    ] = 1.0,
    dry_run: Annotated[bool, option("--dry-run", "Says what would go, and removes nothing.")] = False,
    json: Json = False,
    wait: float = 0.0,
) -> int:
    """Removes published sets that no reader may still read; the current one and the one before it stay."""
    from flows.console import put_result

    if keep < 2 or older_than < 0:
        raise ValueError(
            "the current set and the one before it stay: give --keep 2 or more, --older-than 0 or more"
        )
    with location.writing("prune", wait):
        gone = location.prune(keep, older_than * 3600, dry_run)
    done = "would go" if dry_run else "removed"
    counted = f"{len(gone.sets)} sets {done}: {gone.files} files, {gone.size / 2**20:.1f} MB"
    told = {"sets": list(gone.sets), "files": gone.files, "bytes": gone.size, "removed": not dry_run}
    put_result(json, told, [*gone.sets, counted])
    return PUBLISHED


@command("verify", "verify", "verify --seconds 2 --seed 7")
def verify(
    location: Location,
    seconds: Annotated[
        float | None, text("--seconds", "SECONDS", "Only as many files, by chance, as fit into it.")
    ] = None,
    seed: Annotated[int, text("--seed", "NUMBER", "Which files chance takes.")] = 0,
    json: Json = False,
) -> int:
    """Compares every file of a home with the digest that was kept of it; exit 1 where one is damaged."""
    from flows.console import put_result
    from warehouse.verify import verify as verified

    done = verified(location, seconds, seed)
    put_result(json, {"good": not done.problems, "lines": done.lines()}, done.lines())
    return NOT_PUBLISHED if done.problems else PUBLISHED


@command("reindex", "reindex")
def reindex(location: Location, json: Json = False, wait: float = 0.0) -> int:
    """Builds the index of the raw archive again from its files, and names files that no index knew."""
    from flows.console import put_result
    from warehouse.archive.reindexing import reindex as indexed_again

    with writing(location, "reindex", wait) as (_, tell):
        done = indexed_again(location, tell)
    put_result(json, {"good": not done.unreadable, "lines": done.lines()}, done.lines())
    return NOT_PUBLISHED if done.unreadable else PUBLISHED


@command(
    "settle",
    "settle --source swebench",
    "settle zhipu/glm-5.3-flash",
    'settle "GLM 5.3 Flash" --source openrouter --model zhipu/glm-5-flash --evidence "docs.z.ai, 2026-11-01"',
)
def settle(
    location: Location,
    name: Annotated[
        str | None, typer.Argument(help="One unmatched name (default: the most frequent).")
    ] = None,
    source: Annotated[
        str | None, text("--source", "SOURCE", "The source that lists it.", autocompletion=source_ids)
    ] = None,
    model: Annotated[str | None, text("--model", "LAB/MODEL", "The model_id that it is.")] = None,
    evidence: Annotated[str | None, text("--evidence", "TEXT", "Why (required with --model).")] = None,
    json: Json = False,
) -> int:
    """Shows unmatched model names with candidates, and writes the alias that a person decides on."""
    from flows.settle import decide, show

    if model:
        return decide(location, name, source, model, evidence)
    return show(location, name, source, json)


@command("serve", "serve", 'serve --cron "30 2 * * *" --message-to https://example.org/hook')
def serve(
    location: Location,
    port: Annotated[int, typer.Option("--port", metavar="PORT")] = 4200,
    page_port: Annotated[
        int | None, text("--page-port", "PORT", "Where the page is served (default: the port after --port).")
    ] = None,
    cron: Annotated[str, text("--cron", "CRON", "The nightly's schedule, UTC.")] = "30 2 * * *",
    message_to: Annotated[str | None, message_to()] = None,
    no_server: Annotated[bool, option("--no-server", "Use the server that PREFECT_API_URL names.")] = False,
) -> int:
    """Hands the nightly and the backfill to Prefect and waits."""
    from flows.serve import command

    return command(location, port, page_port, cron, message_to, own_server=not no_server)
