"""Pages walked by links as one person, and the forms on them, filled in as he would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

HREF = re.compile(r'href="(/[^"#]*)')
BY_TYPE = {"date": "2026-04-20", "time": "14:30", "number": "1", "email": "a@example.org"}
WITHOUT_VALUE = frozenset({"reset", "image"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What a person could send: where to, with which fields, which of them are files."""

    login: str
    endpoint: str
    path: str
    method: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Walk:
    """One person's way through everything that links lead him to.

    Of one route at most so many pages are opened: the first ones that links lead to.
    """

    app: Flask
    client: FlaskClient
    login: str
    of_one_kind: int = 3
    opened: Counter[str] = field(default_factory=Counter)
    forms: dict[tuple[str, tuple[str, ...]], Form] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def everything(self) -> None:
        """Open pages by links until no new kind of page is left."""
        waiting, known = ["/"], {"/"}
        while waiting:
            path = waiting.pop(0)
            for found in self._open(path):
                if found not in known:
                    known.add(found)
                    waiting.append(found)

    def _open(self, path: str) -> list[str]:
        endpoint = endpoint_of(self.app, path, "GET")
        if not endpoint or endpoint.endswith("static") or self.opened[endpoint] >= self.of_one_kind:
            return []
        self.opened[endpoint] += 1
        answer = self.client.get(path)
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} at {path} as {self.login}")
        if answer.status_code != 200:
            self.opened[endpoint] -= 1
            return [answer.location] if (answer.location or "").startswith("/") else []
        if answer.mimetype != "text/html":
            return []
        self._keep_forms(answer.text, path)
        return [one.replace("&amp;", "&") for one in HREF.findall(answer.text)]

    def _keep_forms(self, page: str, path: str) -> None:
        self._keep("GET", path, parse_qsl(urlsplit(path).query))
        for form, fields in forms_of(page):
            action = urljoin(path, form.get("action") or path)
            files = tuple(name for name, kind in fields if kind is None)
            values = [(name, value) for name, value in fields if value is not None]
            self._keep((form.get("method") or "get").upper(), action, values, files)

    def _keep(
        self,
        method: str,
        action: str,
        fields: list[tuple[str, str]],
        files: tuple[str, ...] = (),
    ) -> None:
        endpoint = endpoint_of(self.app, action, method)
        names = tuple(sorted({name for name, _ in fields} | set(files)))
        if endpoint and names:
            made = Form(
                login=self.login,
                endpoint=endpoint,
                path=urlsplit(action).path,
                method=method,
                fields=tuple(fields),
                files=files,
            )
            self.forms.setdefault((f"{method} {endpoint}", names), made)


def endpoint_of(app: Flask, path: str, method: str) -> str:
    """The route that a path leads to; empty when it leads nowhere."""
    try:
        found = app.url_map.bind("localhost").match(urlsplit(path).path, method=method)
    except HTTPException:
        return ""
    return str(found[0])


def forms_of(page: str) -> Iterator[tuple[Element, list[tuple[str, str | None]]]]:
    """Each form with its fields as they stand, empty ones filled in; None is a file."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for form in tree.iter("form"):
        outside = [
            one for one in tree.iter() if form.get("id") and one.get("form") == form.get("id")
        ]
        fields: dict[str, str | None] = {}
        for element in (*form.iter(), *outside):
            name = element.get("name")
            if name and (element.get("type") or "") not in WITHOUT_VALUE and name not in fields:
                fields |= _value_of(name, element)
        yield form, list(fields.items())


def _value_of(name: str, element: Element) -> dict[str, str | None]:
    kind = element.get("type") or "text"
    if element.tag == "select":
        values = [one.get("value", one.text or "") for one in element.iter("option")]
        return {name: next((one for one in values if one), "")}
    if element.tag == "textarea":
        return {name: (element.text or "").strip() or "Текст"}
    if element.tag == "button" or (element.tag == "input" and kind in {"submit", "hidden"}):
        return {name: element.get("value", "")}
    if element.tag != "input":
        return {}
    return {name: None if kind == "file" else element.get("value") or BY_TYPE.get(kind, "Текст")}
