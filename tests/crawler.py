"""Our own crawler: every route with odd inputs in path, query, form, JSON and files.

Names of parameters are read from the source of the pages and from the forms that they show, so
that a new field is tried without anybody naming it here; a route gets mostly those that the module
it stands in asks for.
"""

from __future__ import annotations

import inspect
import io
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.hostile import HOSTILE
from tests.seen_forms import endpoint_of

ODD_TEXTS = tuple(text for text in HOSTILE if isinstance(text, str))
WEB = Path(__file__).resolve().parents[1] / "app" / "web"
ASKED = re.compile(
    r'(?:args|form|files)\.(?:get|getlist)\(\s*"(\w+)"|_in\(sent, "(\w+)"|sent\.get\("(\w+)"'
)
LED_TO = re.compile(r'(?:href|action|data-[\w-]+|src)="(/[^"#]*)')
MOST_PLACES = 12
SHOWN = re.compile(r'name="([\w.-]+)"')
# They end or change the sitting that the crawl goes on with; tests of their own cover them.
LEFT_OUT = frozenset({"auth.log_out", "auth.first_run", "static", "bootstrap.static"})
ODD_JSON: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    10**40,
    1.5,
    "",
    "x" * 3000,
    "\x00",
    [],
    [[[[]]]],
    {},
    {"a": {"b": None}},
    [None, 1, "x"],
)
ODD_BODIES = (b"", b"null", b"[]", b"{", b"\xff\xfe", b"[" * 3000, b'{"a":1e999}', b'"x"')
ODD_FILES = (
    (b"", "empty.pdf"),
    (b"%PDF-1.4\n%%EOF", "a.pdf"),
    (b"PK\x03\x04" + b"\x00" * 40, "a.xlsx"),
    (b"code;variant\r\n;\r\n", "a.csv"),
    (b"\xff\xd8\xff\xe0" + b"\x00" * 64, "../../x.jpg"),
)


@dataclass(kw_only=True)
class Crawler:
    """One seed, one application, the ids of its database."""

    app: Flask
    ids: dict[str, list[UUID]]
    seed: int = 0
    names: set[str] = field(default_factory=set)
    near: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.draw = np.random.default_rng(self.seed)
        self.asked = {path.relative_to(WEB): set(_asked_in(path)) for path in WEB.rglob("*.py")}
        self.names |= set().union(*self.asked.values())
        self.every_id = [one for ids in self.ids.values() for one in ids]

    def visits(self) -> Iterator[tuple[Rule, str]]:
        """Every route and method, in a fixed order."""
        rules = sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        for rule in rules:
            if rule.endpoint not in LEFT_OUT:
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield rule, method

    def knock(self, client: FlaskClient, rule: Rule, method: str) -> tuple[str, TestResponse]:
        """One request with inputs drawn for it: what it was, and the answer."""
        known = self.places[f"{method} {rule.endpoint}"]
        by_link = bool(known) and self.draw.random() < 0.5
        path = str(self._one_of(known)) if by_link else self._path(rule)
        self.near = self._names_near(rule)
        query = self._fields(2) if method == "GET" else {}
        body = {} if method == "GET" else self._body()
        answer = client.open(path, method=method, query_string=query, buffered=True, **body)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            self.names |= set(SHOWN.findall(answer.text))
            self._keep_places(answer.text)
        return f"{method} {path} {query} {body}", answer

    def _keep_places(self, page: str) -> None:
        """Paths that a page names: the surest way to ids that belong together."""
        for path in {one.split("?")[0] for one in LED_TO.findall(page)} - self.seen:
            self.seen.add(path)
            for method in ("GET", "POST"):
                kept = self.places[f"{method} {endpoint_of(self.app, path, method)}"]
                if path not in kept and len(kept) < MOST_PLACES:
                    kept.append(path)

    def _names_near(self, rule: Rule) -> list[str]:
        code = inspect.unwrap(self.app.view_functions[rule.endpoint]).__code__
        return sorted(self.asked.get(Path(os.path.relpath(code.co_filename, WEB)), ()))

    def _path(self, rule: Rule) -> str:
        values = {
            name: self._value(name, type(converter).__name__, getattr(converter, "items", ()))
            for name, converter in rule._converters.items()
        }
        built = rule.build(values)
        assert built is not None, rule
        return str(built[1])

    def _value(self, name: str, kind: str, items: tuple[str, ...]) -> object:
        if kind == "UUIDConverter":
            return self._id(name.removesuffix("_id"))
        if kind == "IntegerConverter":
            return self._one_of((0, 1, 2, 3, 10**12, 10**40))
        if kind == "AnyConverter":
            return self._one_of(sorted(items))
        return self._one_of(("ru", "x", "ы" * 40, "..%2f", "'", "a" * 300))

    def _id(self, name: str) -> UUID:
        """Mostly one of what the name asks for, else any id at all, or one that nobody has."""
        table = {"work": "assignment", "image": "script_image", "class": "school_class"}.get(
            name, name
        )
        close = self.ids.get(table) if self.draw.random() < 0.6 else None
        close = close or [one for known, ids in self.ids.items() if table in known for one in ids]
        luck = self.draw.random()
        if close and luck < 0.75:
            return self._one_of(close)
        return self._one_of(self.every_id) if luck < 0.95 else UUID(int=int(luck * 1e9))

    def _body(self) -> dict[str, object]:
        luck = self.draw.random()
        if luck < 0.15:
            return {"data": self._one_of(ODD_BODIES), "content_type": "application/json"}
        if luck < 0.5:
            return {"json": {name: self._json() for name in self._some_names(12)}}
        fields: dict[str, object] = self._fields(14)
        if luck < 0.75:
            content, name = self._one_of(ODD_FILES)
            fields |= {
                one: (io.BytesIO(content), name) for one in ("file", "files", *self._some_names(2))
            }
        return {"data": fields}

    def _fields(self, most: int) -> dict[str, object]:
        return {name: self._text(name) for name in self._some_names(most)}

    def _text(self, name: str) -> str:
        luck = self.draw.random()
        if luck < 0.3:
            return str(self._id(name.removesuffix("_id")))
        return str(self._one_of(ODD_TEXTS)) if luck < 0.8 else str(self.draw.integers(0, 9))

    def _json(self) -> object:
        return self._text("id") if self.draw.random() < 0.4 else self._one_of(ODD_JSON)

    def _some_names(self, most: int) -> list[str]:
        known = sorted(self.names)
        from_all = [known[int(at)] for at in self.draw.integers(0, len(known), most)]
        if not self.near or self.draw.random() < 0.2:
            return from_all
        kept = [one for one in self.near if self.draw.random() < 0.85]
        return [*kept[:most], *from_all[: most // 4]]

    def _one_of(self, things: object) -> object:
        return things[int(self.draw.integers(0, len(things)))]


def _asked_in(path: Path) -> Iterator[str]:
    text = path.read_text()
    for found in ASKED.findall(text):
        yield from filter(None, found)
    yield from re.findall(r"^    (\w+) = \w+Field\(", text, re.MULTILINE)
