"""A person at a browser that tries again until the answer comes, as the pages' scripts do."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from uuid import uuid4

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# Longer than what is promised: how long it took is judged by whoever asked.
ANSWER_SECONDS = 240.0
PAUSE_SECONDS = 0.2
TRY_AGAIN = frozenset({502, 503})
LOST = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


class NotBack(Exception):  # noqa: N818 - a finding of the benchmark
    """The site did not answer at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer: its status, its text, and how long it was waited for."""

    status: int
    text: str
    seconds: float


@dataclass(kw_only=True)
class Visitor:
    """One logged-in person; `statuses` counts every answer, 500 among them."""

    url: str
    statuses: dict[int, int] = field(default_factory=dict)
    longest_seconds: float = 0.0
    _token: str = ""

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies, _NoRedirect)

    def log_in(self, login: str, password: str) -> None:
        """Log in by the form.

        Raises:
            RuntimeError: the login is refused.
        """
        self._token = _token_of(self.get("/login").text)
        answer = self.post("/login", {"login": login, "password": password})
        if answer.status != http.client.FOUND:
            raise RuntimeError(f"login {login}: {answer.status}")
        self._token = _token_of(self.get("/").text)  # the session is another one now

    def get(self, path: str) -> Reply:
        """A page."""
        return self._ask(path, None, {})

    def post(self, path: str, fields: Mapping[str, str]) -> Reply:
        """A form."""
        body = urlencode({**fields, "csrf_token": self._token}).encode()
        return self._ask(path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, path: str, sent: Mapping[str, object]) -> Reply:
        """What a script of a page sends."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self._token}
        return self._ask(path, json.dumps(sent).encode(), headers)

    def post_files(self, path: str, files: Mapping[str, bytes], fields: Mapping[str, str]) -> Reply:
        """Files chosen in a form."""
        edge = uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**fields, "csrf_token": self._token}.items()
        ]
        for name, content in files.items():
            head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"'
            parts += [f"{head}\r\n\r\n".encode(), content, b"\r\n"]
        parts.append(f"--{edge}--\r\n".encode())
        kind = f"multipart/form-data; boundary={edge}"
        return self._ask(path, b"".join(parts), {"Content-Type": kind})

    def _ask(self, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        start = time.monotonic()
        while True:
            found = self._once(path, body, headers)
            waited = time.monotonic() - start
            if found is not None and found[0] not in TRY_AGAIN:
                self.longest_seconds = max(self.longest_seconds, waited)
                return Reply(status=found[0], text=found[1], seconds=waited)
            if waited > ANSWER_SECONDS:
                raise NotBack(f"{path}: no answer for {waited:.0f} s")
            time.sleep(PAUSE_SECONDS)

    def _once(
        self, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str] | None:
        request = urllib.request.Request(self.url + path, data=body, headers=headers)  # noqa: S310
        try:
            with self._opener.open(request, timeout=40) as answer:
                found = answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                found = error.code, error.read().decode("utf-8", "replace")
        except LOST:
            return None
        self.statuses[found[0]] = self.statuses.get(found[0], 0) + 1
        return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer to a form that was accepted."""

    def redirect_request(self, *_arguments: object, **_named: object) -> None:
        """Follow nothing."""


def _token_of(page: str) -> str:
    found = TOKEN.search(page)
    return found.group(1) if found else ""
