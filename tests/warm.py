"""What every test would make anew though it is the same each time: compiled SQL, pages, routes.

Each test has an application and a database of its own. A real installation compiles a statement, a
template and a route once for all its life; the tests of one process share what is compiled so.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app import db

MOST_STATEMENTS = 3000


def share_what_is_compiled(patch: pytest.MonkeyPatch) -> None:
    """For the rest of this process, or until the patch is undone."""
    _share_statements(patch)
    patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Templates()})
    _share_routes(patch)


def _share_statements(patch: pytest.MonkeyPatch) -> None:
    """Engines of one kind of database count as one where compiled SQL is looked up."""
    statements: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)

    def engine_for(url: str, **given: Any) -> Engine:
        options = {**given.pop("execution_options", {}), "compiled_cache": statements}
        return create_engine(url, **given, execution_options=options)

    def is_same(self: Dialect, other: object) -> bool:
        return type(self) is type(other)

    patch.setattr(db, "create_engine", engine_for)
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        patch.setattr(kind, "__eq__", is_same)
        patch.setattr(kind, "__hash__", lambda self: hash(type(self)))


class _Templates(BytecodeCache):
    """Compiled templates by what they were compiled from."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


def _share_routes(patch: pytest.MonkeyPatch) -> None:
    """What builds an address is compiled from the rule alone, and asks the rule for the rest."""
    make = Rule._compile_builder
    kept: dict[object, Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = make(rule, append_unknown)
        return kept[key]

    patch.setattr(Rule, "_compile_builder", builder)
