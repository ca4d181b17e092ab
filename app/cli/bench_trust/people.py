"""Three people at work: what they asked of the site, and what it answered well."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from app.cli.bench_trust.visitor import NotBack, Visitor
from app.cli.bench_trust.world import (
    COORDINATOR,
    CRITERIA,
    EXPERT,
    PASSWORD,
    SCHOOL,
    World,
    pile_of,
)

OK, FOUND, REFUSED = 200, 302, 422
DRAFT = re.compile(r'href="/plans/([0-9a-f-]{36})"')
BASIS = "Приказ № 1"
# Between one action of a person and the next.
THINKING_SECONDS = 1.0


class UnexpectedAnswer(Exception):  # noqa: N818 - a finding of the benchmark
    """The site answered something else than it must."""


@dataclass(kw_only=True)
class People:
    """What was asked of the site and answered well."""

    world: World
    coordinator: Visitor
    school: Visitor
    expert: Visitor
    saves: dict[str, int] = field(default_factory=dict)
    sheets: list[UUID] = field(default_factory=list)
    piles: list[int] = field(default_factory=list)
    comparisons: int = 0
    published: list[UUID] = field(default_factory=list)
    releases: int = 0
    may_upload: Callable[[], bool] = lambda: True

    @classmethod
    def at(cls, url: str, world: World) -> Self:
        """They log in."""
        visitors = [Visitor(url=url) for _ in range(3)]
        for visitor, login in zip(visitors, (COORDINATOR, SCHOOL, EXPERT), strict=True):
            visitor.log_in(login, PASSWORD)
        coordinator, school, expert = visitors
        return cls(world=world, coordinator=coordinator, school=school, expert=expert)

    @property
    def visitors(self) -> tuple[Visitor, ...]:
        """All of them."""
        return self.coordinator, self.school, self.expert

    def has_done(self, rounds: int) -> bool:
        """Whether each of them got through so much."""
        return min(len(self.sheets), len(self.piles), self.releases) >= rounds

    def work(self, *, until: Callable[[], bool]) -> list[str]:
        """All three at once, each with one action after another; what stopped one of them."""
        stopped: list[str] = []

        def go(actions: Iterator[str]) -> None:
            try:
                for _ in actions:
                    if until():
                        return
            except (NotBack, UnexpectedAnswer) as error:
                stopped.append(str(error))

        everybody = [
            threading.Thread(target=go, args=(actions,))
            for actions in (self._scores(), self._scans_and_releases(), self._plans())
        ]
        for one in everybody:
            one.start()
        for one in everybody:
            one.join()
        return stopped

    def _scores(self) -> Iterator[str]:
        for turn, work in enumerate(self.world.works):
            yield from self._score(work, turn)

    def _scans_and_releases(self) -> Iterator[str]:
        for number in range(len(self.world.works)):
            while not self.may_upload():
                time.sleep(THINKING_SECONDS)
                yield "look"
            self._upload(number)
            yield "pile"
            self._release()
            yield "release"
            time.sleep(THINKING_SECONDS)

    def _plans(self) -> Iterator[str]:
        while len(self.published) < len(self.world.planned_exams):
            yield self._plan(self.world.planned_exams[len(self.published)])
            time.sleep(THINKING_SECONDS)

    def _score(self, work: UUID, turn: int) -> Iterator[str]:
        self._expect(self.expert.post_json(f"/scoring/{work}/open", {}).status, OK)
        for number in range(1, CRITERIA + 1):
            key, value = f"{turn}-{number}", (turn + number) % 3
            sent = {"criterion": str(number), "value": str(value), "key": key, "based_on": 0}
            self._expect(self.expert.post_json(f"/scoring/{work}/points", sent).status, OK)
            self.saves[key] = value
            yield "save"
        sent_in = {"confirmed": True, "seen": []}
        answer = self.expert.post_json(f"/scoring/{work}/submit", sent_in)
        # The answer to the first try may have been lost with the server: then it is handed in.
        self._expect(answer.status, OK, REFUSED)
        self.sheets.append(work)
        yield "sheet"

    def _upload(self, number: int) -> None:
        name, content = pile_of(number)
        pile = f"/scans/{self.world.scanned_exam}/{self.world.school_id}"
        fields = {"class_id": str(self.world.class_id)}
        answer = self.school.post_files(f"{pile}/bundles", {name: content}, fields)
        self._expect(answer.status, FOUND)
        self.piles.append(number)

    def _plan(self, exam: UUID) -> str:
        """Ask for the three schemes; when they are there, publish the last one."""
        page = f"/plans/exams/{exam}"
        drafts = DRAFT.findall(self.coordinator.get(page).text)
        if not drafts:
            answer = self.coordinator.post(f"{page}/compare", {"most_receivers": "0"})
            self._expect(answer.status, FOUND)
            self.comparisons += 1
            return "comparison"
        answer = self.coordinator.post(f"/plans/{drafts[-1]}/publish", {"legal_basis": BASIS})
        self._expect(answer.status, FOUND)
        # A newer comparison may have put the draft aside: then it was refused, and led back to. So
        # it is, too, when the answer to a first try was lost and the plan stands.
        if page in answer.text or BASIS in self.coordinator.get(page).text:
            self.published.append(exam)
        return "plan"

    def _release(self) -> None:
        place = f"/results/{self.world.scored_exam}/{self.world.school_id}"
        self._expect(self.school.post(f"{place}/release", {}).status, FOUND)
        self.releases += 1

    @staticmethod
    def _expect(status: int, *wanted: int) -> None:
        if status not in wanted:
            raise UnexpectedAnswer(f"an answer {status} where {wanted} was wanted")
