"""Every field that a service writes into the trail has a name on the trail's page."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.web.action_names import FIELD_NAMES
from tests.architecture.catalogue import ROOT

TOLD = frozenset({"old", "new"})
FACTS = frozenset({"_day_facts", "_facts", "_facts_of", "_pace_facts", "_said", "_told"})
# What a plan lacks is kept with the plan, not in the trail.
UNNAMED = frozenset({"reasons", "repair", "sentence"})


def _literal_keys(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Dict):
            for key in one.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value


def _written() -> Iterator[str]:
    for path in sorted((ROOT / "app" / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in TOLD:
                yield from _literal_keys(node.value)
            if isinstance(node, ast.FunctionDef) and node.name in FACTS:
                yield from _literal_keys(node)


def test_every_field_of_the_trail_has_a_name() -> None:
    written = set(_written())
    assert len(written) > 50
    assert sorted(written - FIELD_NAMES.keys() - UNNAMED) == []
