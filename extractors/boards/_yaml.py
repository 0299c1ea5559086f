"""YAML of a bounded size once it is read: depth, aliases and merge keys counted on the event stream, before
anything is built. The boards' door to PyYAML.

Plain values are those of YAML 1.2: 2:17 and 010 stay text, `yes` and `on` too. A key that stands twice with
two values has neither (`extractors/bodies.py`).
"""

from __future__ import annotations

import re
from typing import Any

from extractors.bodies import agreed
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

    loader = _strict_loader()
    try:
        _counted(text, loader, capture)
        return yaml.load(text, Loader=loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise Truncated(capture, expected="YAML that ends where it should", found=str(error)) from error


def _counted(text: str, loader: Any, capture: Capture) -> None:
    """Reads the events of a text and counts each node's size with all it contains. An alias (a merge key's
    too) counts as much as its target, so that a text that multiplies is seen before it is built.
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


_LOADER: list[Any] = []
_PLAIN = {
    "tag:yaml.org,2002:bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "tag:yaml.org,2002:int": (r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    "tag:yaml.org,2002:float": (
        r"^[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+]?[0-9]+)?|(?:0|[1-9][0-9]*)[eE][-+]?[0-9]+|"
        r"\.[0-9]+(?:[eE][-+]?[0-9]+)?|\.(?:nan|NaN|NAN)|\.(?:inf|Inf|INF))$",
        "-+0123456789.",
    ),
}


def _strict_loader() -> Any:
    """The safe loader with YAML 1.2's numbers and truths: 2:17 and 010 stay text, `yes` and `on` too."""
    if not _LOADER:
        import yaml

        class Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
            """Resolves plain scalars as YAML 1.2 does, and sees keys that stand twice."""

        resolvers = {
            first: [(tag, rule) for tag, rule in rules if tag not in _PLAIN]
            for first, rules in Strict.yaml_implicit_resolvers.items()
        }
        Strict.yaml_implicit_resolvers = resolvers
        for tag, (pattern, first) in _PLAIN.items():
            Strict.add_implicit_resolver(tag, re.compile(pattern), list(first))
        Strict.add_constructor("tag:yaml.org,2002:map", _mapping)
        _LOADER.append(Strict)
    return _LOADER[0]


def _mapping(loader: Any, node: Any) -> Any:
    found: dict[Any, Any] = {}
    yield found
    loader.flatten_mapping(node)
    for key_node, value_node in node.value:
        key, value = (
            loader.construct_object(key_node, deep=True),
            loader.construct_object(value_node, deep=True),
        )
        found[key] = agreed(str(key), found[key], value) if key in found else value
