"""The commands of whoever keeps a home: status, prune, verify, reindex, settle, serve."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.app import NOT_PUBLISHED, PUBLISHED, Home, Json, Wait, command, source_ids
from warehouse.clock import utc_today


@command("status", "status", "status --failing", "status --json")
def status(
    failing: Annotated[
        bool, typer.Option("--failing", help="Only the sources that fail or are stale.")
    ] = False,
    json: Json = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """Every source: last success, age, rows, failing since; exit 1 when a required source is stale."""
    from extractors.source import discover
    from flows.console import put, put_json, say, table
    from warehouse.checks.marts.held import held_notes
    from warehouse.location import home as home_at
    from warehouse.marts import Marts
    from warehouse.source_state import source_states

    del wait
    sources = {source_id: reader.source for source_id, reader in discover().items()}
    states = source_states(home_at(home), utc_today(), sources)
    shown = [state for state in states if not failing or state.state in {"failing", "stale"}]
    if json:
        put_json([state.as_json() for state in shown])
    else:
        ages = ["last success", "content of", "age, days", "rows", "unread", "failing since"]
        header = ["source", "kind", "state", *ages, "why"]
        for line in table(header, [state.as_row() for state in shown]):
            put(line)
        for said in (f"news, {state.source_id}: {text}" for state in shown for text in state.news):
            say(said)
        for said in (state.quietness for state in shown if state.quietness):
            say(said)
        for held in held_notes(Marts(home_at(home))):
            say(held)
    stale = [state.source_id for state in states if state.required and state.stale]
    if stale:
        say(f"required and stale: {', '.join(stale)}; run: gapledger run --sources {','.join(stale)}")
    return NOT_PUBLISHED if stale else PUBLISHED


@command("prune", "prune", "prune --dry-run", "prune --keep 5 --older-than 24")
def prune(
    keep: Annotated[
        int,
        typer.Option("--keep", metavar="N", help="How many of the newest published sets stay (2 or more)."),
    ] = 2,
    older_than: Annotated[
        float,
        typer.Option("--older-than", metavar="HOURS", help="How long ago a set was superseded that may go."),
    ] = 1.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Says what would go, and removes nothing.")
    ] = False,
    json: Json = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """Removes published sets that no reader may still read; the current one and the one before it stay."""
    from flows.console import put, put_json
    from warehouse.location import home as home_at

    if keep < 2 or older_than < 0:
        raise ValueError(
            "the current set and the one before it stay: give --keep 2 or more, --older-than 0 or more"
        )
    location = home_at(home)
    with location.writing("prune", wait):
        gone = location.prune(keep, older_than * 3600, dry_run)
    if json:
        put_json({"sets": list(gone.sets), "files": gone.files, "bytes": gone.size, "removed": not dry_run})
        return PUBLISHED
    for name in gone.sets:
        put(name)
    done = "would go" if dry_run else "removed"
    put(f"{len(gone.sets)} sets {done}: {gone.files} files, {gone.size / 2**20:.1f} MB")
    return PUBLISHED


@command("verify", "verify", "verify --seconds 2 --seed 7")
def verify(
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", metavar="SECONDS", help="Only as many files, by chance, as fit into it."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", help="Which files chance takes.")] = 0,
    json: Json = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """Compares every file of a home with the digest that was kept of it; exit 1 where one is damaged."""
    from flows.console import put_lines
    from warehouse.location import home as home_at
    from warehouse.verify import verify as verified

    del wait
    done = verified(home_at(home), seconds, seed)
    put_lines(done.lines(), json, good=not done.problems)
    return NOT_PUBLISHED if done.problems else PUBLISHED


@command("reindex", "reindex")
def reindex(json: Json = False, home: Home = None, wait: Wait = 0.0) -> int:
    """Builds the index of the raw archive again from its files, and names files that no index knew."""
    from flows.console import progress, put_lines
    from warehouse.archive.reindexing import reindex as indexed_again
    from warehouse.location import home as home_at

    location = home_at(home)
    with location.writing("reindex", wait), progress() as tell:
        done = indexed_again(location, tell)
    put_lines(done.lines(), json, good=not done.unreadable)
    return NOT_PUBLISHED if done.unreadable else PUBLISHED


@command(
    "settle",
    "settle --source swebench",
    "settle zhipu/glm-5.3-flash",
    'settle "GLM 5.3 Flash" --source openrouter --model zhipu/glm-5-flash --evidence "docs.z.ai, 2026-11-01"',
)
def settle(
    name: Annotated[
        str | None, typer.Argument(help="One unmatched name (default: the most frequent).")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="SOURCE", help="The source that lists it.", autocompletion=source_ids
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="LAB/MODEL", help="The model_id that it is.")
    ] = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", metavar="TEXT", help="Why (required with --model).")
    ] = None,
    json: Json = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """Shows unmatched model names with candidates, and writes the alias that a person decides on."""
    from flows.settle import decide, show
    from warehouse.location import home as home_at

    del wait
    if model:
        return decide(home_at(home), name, source, model, evidence)
    return show(home_at(home), name, source, json)


@command("serve", "serve", 'serve --cron "30 2 * * *" --message-to https://example.org/hook')
def serve(
    port: Annotated[int, typer.Option("--port", metavar="PORT")] = 4200,
    page_port: Annotated[
        int | None,
        typer.Option(
            "--page-port", metavar="PORT", help="Where the page is served (default: the port after --port)."
        ),
    ] = None,
    cron: Annotated[
        str, typer.Option("--cron", metavar="CRON", help="The nightly's schedule, UTC.")
    ] = "30 2 * * *",
    message_to: Annotated[
        str | None,
        typer.Option(
            "--message-to",
            metavar="ADDRESS",
            help="Who hears of sources that fail and headlines that move: any address of apprise.",
        ),
    ] = None,
    no_server: Annotated[
        bool, typer.Option("--no-server", help="Use the server that PREFECT_API_URL names.")
    ] = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """Hands the nightly and the backfill to Prefect and waits."""
    from flows.serve import command
    from warehouse.location import home as home_at

    del wait
    return command(home_at(home), port, page_port, cron, message_to, own_server=not no_server)
