"""A price table of the Chinese clouds, read line by line: columns by their whole headers, ranges without
gaps.

A column is known by its header, unit included (in any spelling of a million tokens), so that a unit or a
currency that changes is an unknown header. Ranges keep their lower threshold; their upper one serves to see
that no row between two is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from extractors.authoring import Page
from extractors.errors import LayoutChanged
from extractors.html import Cell, Grid
from extractors.vendors import _order
from extractors.vendors._cells import kind_of_dates
from extractors.vendors._cloud import NO_PRICE, WHOLE, Condition, Price, Range, Role, bare_amounts, listed
from extractors.vendors._lines import Line, Lines, known_columns
from extractors.vendors._wording import Named, flat, names_models, plain, undecorated, units
from warehouse.capture import Capture
from warehouse.tables import ListPrice

_EXPLAINED = re.compile(r"[(:]?(?:输入长度|输出长度|(?:input|prompt)length)[:)]?")


def header(grid: Grid, capture: Capture, depth: int = 1) -> list[str]:
    """The text of each column's header (see `units`), its `depth` rows joined by a slash; LayoutChanged where
    a row is missing or shorter.
    """
    if len(grid) <= depth or any(len(row) != len(grid[0]) for row in grid[:depth]):
        raise LayoutChanged(
            capture, expected=f"{depth} header rows of equal width and a row below", found=f"{len(grid)} rows"
        )
    return [
        "/".join(dict.fromkeys(units(plain(row[i].text)) for row in grid[:depth]))
        for i in range(len(grid[0]))
    ]


def role_of(name: str, known: Mapping[str, Role]) -> Role | None:
    """What a header says that its column holds; an explanation of what is counted in it (`输入长度：`) may
    stand in it.
    """
    by_name = {units(text): role for text, role in known.items()}
    return by_name.get(name, by_name.get(_EXPLAINED.sub("", name)))


def columns_of(
    grid: Grid,
    known: Mapping[str, Role],
    page: Page,
    place: str,
    *,
    needed: Iterable[Role] = (),
    depth: int = 1,
    both: bool | None = None,
) -> list[Role | None]:
    """What each column of a table holds; None for a column left over (`known_columns`). LayoutChanged where
    one is missing, or there twice. both: whether input and output are there (default: as the roles say).
    """
    names = header(grid, page.capture, depth)
    roles = [role_of(name, known) for name in names]
    models = [i for i, name in enumerate(names) if roles[i] is None and names_models(name)]
    if "model" in needed and "model" not in roles and len(models) == 1:
        roles[models[0]] = "model"
    lacking = [role for role in needed if role not in roles]
    found = [role for role in roles if role is not None]
    if lacking or len(set(found)) != len(found):
        raise LayoutChanged(
            page.capture, expected=f"each column once, and {lacking or 'no other'}", found=str(names)
        )
    values = [[cell.text for cell in row] for row in grid[depth:]]
    if both is None:
        both = {Price("input"), Price("output")} <= set(roles) or not any(isinstance(r, Price) for r in roles)
    known_columns(
        names,
        values,
        {i: r for i, r in enumerate(roles) if r is not None},
        page,
        place,
        amounts_may_be_new=both,
    )
    return roles


def record_of(row: Sequence[Cell], roles: Sequence[Role | None], capture: Capture) -> dict[Role, Cell]:
    """A line's cells by column; LayoutChanged where it has more or fewer than the header."""
    if len(row) != len(roles):
        raise LayoutChanged(capture, expected=f"{len(roles)} cells", found=" | ".join(map(str, row)))
    return {role: cell for role, cell in zip(roles, row, strict=True) if role is not None}


def sells_tokens(grid: Grid, known: Mapping[str, Role]) -> bool:
    """Whether a table has a column known as a price: in a section that nobody knows, another table is no
    business of a price list.
    """
    roles = [role_of(units(plain(cell.text)), known) for cell in (grid[0] if grid else [])]
    return any(isinstance(role, Price) or role == "price" for role in roles)


def chain_breaks(ranges: Iterable[Range]) -> str:
    """How ranges fail to start at 0 and to follow one another (a row is lost, a span is off); empty: they do
    not.
    """
    steps = sorted(set(ranges), key=lambda r: (r.low, r.high or 0))
    ends = [0, *(step.high for step in steps[:-1])]
    if [step.low for step in steps] == ends:
        return ""
    return f"ranges from 0 on without a gap expected; found {[tuple(step) for step in steps]}"


Ranges = dict[tuple[Hashable, ...], list[Range]]


def chained(ranges: Ranges, lines: Lines) -> None:
    """Sets the models aside (the first part of a key) whose ranges have a gap."""
    for key, found in ranges.items():
        if why := chain_breaks(found):
            lines.spoil(str(key[0]), why)


def sheet(
    grid: Grid,
    known: Mapping[str, Role],
    page: Page,
    place: str,
    put: Callable[..., ListPrice],
    condition: Callable[[str], Condition],
    *,
    hours: Callable[[str], str] | None = None,
) -> list[ListPrice]:
    """A table of `model`, perhaps `condition`, and price columns. `put` makes a row from what the caller
    knows of the table. An empty model cell continues the model above it.
    condition: what a `condition` cell says of prompt, output and hours; hours: the time band of an `hours`
    cell.
    """
    roles = columns_of(grid, known, page, place, needed=("model",))
    lines = Lines(page, place)
    ranges: Ranges = {}
    unpriced: set[tuple[str, str, str]] = set()
    model: Named | None = None
    for row in grid[1:]:
        with lines.line(row) as line:
            record = record_of(row, roles, page.capture)
            if printed := record.pop("model").text:
                model = None
                model = listed(printed, page.capture)
            if model is None:
                raise LayoutChanged(page.capture, expected="a model above or in the line", found=line.words)
            line.models = [model.name]
            context, output, band = _conditions(record, condition, hours)
            if model.over(page.capture):
                continue
            ranges.setdefault((model.name, band), []).append(context)
            ranges.setdefault((model.name, band, context), []).append(output)
            base = {"context_from_tokens": context.low, "output_from_tokens": output.low, "time_band": band}
            _prices(line, model, record, base, put, unpriced, page.capture)
    _order.ordered(lines.rows, page.capture)
    chained(ranges, lines)
    _complete(lines, unpriced, roles, page.capture)
    return lines.kept()


def _conditions(
    record: dict[Role, Cell], condition: Callable[[str], Condition], hours: Callable[[str], str] | None
) -> Condition:
    """What the cells of a line say of prompt, output and hours; they are taken out of the record."""
    context, output, band = WHOLE, WHOLE, "always"
    if "condition" in record:
        context, output, band = condition(undecorated(record.pop("condition").text))
    if hours and "hours" in record:
        band = hours(undecorated(record.pop("hours").text))
    return context, output, band


def _prices(
    line: Line,
    model: Named,
    record: Mapping[Role, Cell],
    base: Mapping[str, object],
    put: Callable[..., ListPrice],
    unpriced: set[tuple[str, str, str]],
    capture: Capture,
) -> None:
    """Adds the prices of a line's cells to it, and to `unpriced` the components that have none for now."""
    for role, cell in record.items():
        if not isinstance(role, Price):
            continue
        if flat(cell.text) in NO_PRICE:
            unpriced.add((model.name, role.component, role.modality))
        with line.cell(cell, role.component):
            for kind, amount in bare_amounts(cell, capture):
                dated = kind_of_dates(
                    model.since, None, capture
                )  # a price that ends is the list's until then
                said = dated if kind == "list" and dated != "list" else kind
                sale = model.sale and said == "list" and not cell.struck
                line.rows.append(
                    put(
                        listed_model=model.name,
                        component=role.component,
                        amount=amount,
                        per=role.per,
                        modality=role.modality,
                        thinking=role.thinking,
                        price_kind="promotional" if sale else said,
                        effective_from=model.since,
                        effective_to=model.until,
                        printed=cell.text,
                        **base,
                    )
                )


def _complete(
    lines: Lines, unpriced: set[tuple[str, str, str]], roles: Sequence[Role | None], capture: Capture
) -> None:
    """Sets the models aside that lack a price in a column which every model has one in, or have prices for
    part of the week only; LayoutChanged where half of the models do: then the columns are in doubt.
    """
    needed = {
        (r.component, r.modality)
        for r in roles
        if r in (Price("input"), Price("output")) and isinstance(r, Price)
    }
    by_key: dict[tuple[object, ...], set[tuple[str, str]]] = {}
    bands: dict[str, set[str]] = {}
    lacking: set[str] = set()
    for row in lines.rows:
        key = (row.listed_model, row.context_from_tokens, row.output_from_tokens, row.time_band)
        by_key.setdefault(key, set()).add((row.component, row.modality))
        bands.setdefault(row.listed_model, set()).add(row.time_band)
    for place, found in by_key.items():
        free = {(component, modality) for model, component, modality in unpriced if model == place[0]}
        missing = (needed | {(c, "text") for c, modality in found if modality == "audio"}) - found - free
        missing = {(c, modality) for c, modality in missing if (place[0], c) not in lines.unread_cells}
        if missing:
            lacking.add(str(place[0]))
            lines.spoil(str(place[0]), f"expected {sorted(needed)}; found no {sorted(missing)}")
    if len(lacking) * 2 >= max(len(bands), 1):
        raise LayoutChanged(
            capture, expected=f"{sorted(needed)} for every model", found=f"not for {sorted(lacking)}"
        )
    for model, names in bands.items():
        if ("always" in names) == (len(names) > 1):
            lines.spoil(model, f"expected prices for the whole week; found them for {sorted(names)}")
