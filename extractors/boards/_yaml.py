"""YAML of a bounded size once it is read: depth, aliases and merge keys counted on the event stream, before
anything is built. The boards' door to PyYAML.
"""

from __future__ import annotations

from typing import Any

from extractors.errors import Truncated, WrongPage
from warehouse.capture import Capture

DEEPEST = 60
MOST_NODES = 1_000_000
MOST_ALIASES = 10_000


def loaded(text: str, capture: Capture) -> Any:
    """The text as YAML, dates as dates. Truncated where it cannot be read to its end, WrongPage where what
    it would become is larger or deeper than any page.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _counted(text, loader, capture)
        return yaml.load(text, Loader=loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise Truncated(capture, expected="YAML that ends where it should", found=str(error)) from error


def _counted(text: str, loader: Any, capture: Capture) -> None:
    """Reads the events of a text. A node's size is that of all it holds; an alias, a merge key's too, has
    the size of what it stands for, so that what multiplies is seen before it does.
    """
    from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent

    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []  # anchor, nodes before it
    nodes = aliases = 0
    for event in _events(text, loader):
        if isinstance(event, AliasEvent):
            aliases += 1
            nodes += sizes.get(str(event.anchor), MOST_NODES)  # of a node that is still open: it holds itself
        elif isinstance(event, CollectionStartEvent):
            open_nodes.append((event.anchor, nodes))
            nodes += 1
        elif isinstance(event, CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor is not None:
                sizes[anchor] = nodes - before
        elif isinstance(event, ScalarEvent):
            nodes += 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
        for what, found, most in (
            ("levels", len(open_nodes), DEEPEST),
            ("nodes", nodes, MOST_NODES),
            ("aliases", aliases, MOST_ALIASES),
        ):
            if found > most:
                raise WrongPage(capture, expected=f"YAML of at most {most} {what}", found=f"over {most}")


def _events(text: str, loader: Any) -> Any:
    import yaml

    return yaml.parse(text, Loader=loader)
