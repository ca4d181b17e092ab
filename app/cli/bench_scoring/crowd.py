"""Many experts at once, without browsers: what each is given, and how soon he is answered."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import numpy as np

from app.cli.bench_scoring.serving import Site
from app.cli.bench_scoring.world import CRITERIA, Seat

OK = 200
SAVES_A_WORK = 3
TIMEOUT_SECONDS = 60.0
_TOKEN = re.compile(r'data-token="([^"]+)"')
_IMAGE = re.compile(r'class="sheet-image"[^>]*data-src="([^"]+)"')
_WORKS = re.compile(r'href="/scoring/([0-9a-f-]{36})"')


class UnansweredError(RuntimeError):
    """The server did not answer as it should."""


class Client:
    """One logged-in expert on one connection that stays open."""

    def __init__(self, site: Site, seat: Seat) -> None:
        self.seat = seat
        self._connection = http.client.HTTPConnection(
            urlsplit(site.served.url).netloc, timeout=TIMEOUT_SECONDS
        )
        self._name, self._cookie = site.cookie(seat.session_id)
        self.token = ""

    def take_token(self, page: str) -> None:
        """Saves go under the token that stands in a page."""
        found = _TOKEN.search(page)
        if found is None:
            raise UnansweredError("the page has no token")
        self.token = found.group(1)

    def get(self, path: str) -> str:
        """A page or a part of it."""
        return self._ask("GET", path).decode("utf-8", "replace")

    def fetch(self, path: str) -> int:
        """A picture; how long it is."""
        return len(self._ask("GET", path))

    def post(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Send what the screen sends; what is told in answer."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        told: Mapping[str, Any] = json.loads(self._ask("POST", path, json.dumps(body), headers))
        return told

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = {}
    ) -> bytes:
        sent = {"Cookie": f"{self._name}={self._cookie}", **headers}
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise UnansweredError(
                f"{method} {path.rsplit('/', maxsplit=1)[-1]}: {error!r}"
            ) from error
        for name, value in answer.getheaders():
            if name == "Set-Cookie" and value.startswith(f"{self._name}="):
                self._cookie = value.removeprefix(f"{self._name}=").split(";")[0]
        if answer.status != OK:
            raise UnansweredError(f"{_told(method, path)}: {answer.status}")
        return content


def _told(method: str, path: str) -> str:
    return f"{method} {path.rsplit('/', maxsplit=1)[-1]}"


@dataclass(kw_only=True)
class AtOnce:
    """What experts who asked at the same moment were given.

    Attributes:
        wrong: experts who were given other works than planned, or another order.
        unanswered: requests without an answer.
        seconds: from the first request to the last answer.
    """

    wrong: int = 0
    unanswered: int = 0
    seconds: float = 0.0


def ask_at_once(site: Site) -> AtOnce:
    """Every expert asks for his list, opens his next work and saves a point, all together."""
    found, together = AtOnce(), threading.Barrier(len(site.seats) + 1)
    lock = threading.Lock()

    def sit_down(seat: Seat) -> None:
        client = Client(site, seat)
        together.wait()
        try:
            given = _given(client)
            _begin(client, given[0])
        except UnansweredError:
            with lock:
                found.unanswered += 1
            return
        if given != seat.works:
            with lock:
                found.wrong += 1

    threads = [threading.Thread(target=sit_down, args=(seat,)) for seat in site.seats]
    for thread in threads:
        thread.start()
    together.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - began
    return found


def _given(client: Client) -> tuple[UUID, ...]:
    """The works of the expert's list, in its order."""
    links = [UUID(one) for one in _WORKS.findall(client.get("/scoring/"))]
    return tuple(dict.fromkeys(links))


def _begin(client: Client, work: UUID) -> None:
    client.take_token(client.get(f"/scoring/{work}"))
    client.post(f"/scoring/{work}/open", {})
    _save(client, work, criterion=1, based_on=0)


def _save(client: Client, work: UUID, *, criterion: int, based_on: int) -> int:
    body = {"criterion": str(criterion), "value": "1", "key": str(uuid4()), "based_on": based_on}
    return int(client.post(f"/scoring/{work}/points", body)["number"])


@dataclass(kw_only=True)
class Load:
    """What many experts at work saw.

    Attributes:
        times: milliseconds of every request, by what was asked.
        errors: requests that failed, in words.
        seconds: how long it went on.
    """

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(map(len, self.times.values()))

    def p95(self, what: str) -> float:
        """Milliseconds that one request in twenty exceeds."""
        return float(np.percentile(self.times.get(what, [float("inf")]), 95))


class _Expert:
    """One of many: the next work with its picture, then a few saves, each after some thought."""

    def __init__(self, client: Client, load: Load, lock: threading.Lock) -> None:
        self._client, self._load, self._lock = client, load, lock
        self._panel = ""
        self._versions: dict[tuple[UUID, int], int] = {}

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """What he does, without end, over his works again and again."""
        for turn in count():
            for work in self._client.seat.works:
                if turn == 0 and work == self._client.seat.works[0]:
                    yield "first", partial(self._first, work)
                yield "next", partial(self._next, work)
                yield "image", self._image
                yield "open", partial(self._client.post, f"/scoring/{work}/open", {})
                for save in range(SAVES_A_WORK):
                    criterion = (turn * SAVES_A_WORK + save) % CRITERIA + 1
                    yield "save", partial(self._save, work, criterion)

    def measure(self, what: str, act: Callable[[], object]) -> None:
        """Do it, and note how long it took or why it failed."""
        began = time.perf_counter()
        try:
            act()
        except UnansweredError as error:
            with self._lock:
                self._load.errors.append(str(error))
            return
        spent = (time.perf_counter() - began) * 1000
        with self._lock:
            self._load.times.setdefault(what, []).append(spent)

    def _first(self, work: UUID) -> None:
        self._client.take_token(self._client.get(f"/scoring/{work}"))

    def _next(self, work: UUID) -> None:
        self._panel = self._client.get(f"/scoring/{work}/panel")

    def _image(self) -> None:
        found = _IMAGE.search(self._panel)
        if found is None:
            raise UnansweredError("the work has no picture")
        self._client.fetch(found.group(1))

    def _save(self, work: UUID, criterion: int) -> None:
        based_on = self._versions.get((work, criterion), 0)
        number = _save(self._client, work, criterion=criterion, based_on=based_on)
        self._versions[work, criterion] = number


def score_together(site: Site, *, think_seconds: float, seconds: float, seed: int) -> Load:
    """All experts score for a while; each thinks that long between one work and the next."""
    load, lock = Load(), threading.Lock()
    until = time.monotonic() + seconds
    chances = np.random.default_rng(seed).spawn(len(site.seats))

    def sit(seat: Seat, chance: np.random.Generator) -> None:
        own = _Expert(Client(site, seat), load, lock)
        time.sleep(chance.uniform(0, think_seconds))
        steps = own.steps()
        while time.monotonic() < until:
            what, act = next(steps)
            own.measure(what, act)
            if what in ("next", "save"):
                time.sleep(chance.uniform(0.5, 1.5) * think_seconds / (SAVES_A_WORK + 1))

    began = time.perf_counter()
    threads = [
        threading.Thread(target=sit, args=pair) for pair in zip(site.seats, chances, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - began
    return load
