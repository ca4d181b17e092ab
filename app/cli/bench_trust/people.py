"""Three people at work: what they asked of the site, and what it answered well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from app.cli.bench_trust.visitor import Visitor
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

    def works(self) -> Iterator[str]:
        """One action after another, each answered before the next; what it was."""
        for turn, work in enumerate(self.world.works):
            if turn % 2 == 0:
                self._upload(turn // 2)
                yield "pile"
            yield from self._score(work, turn)
            if turn % 3 == 1 and len(self.published) < len(self.world.planned_exams):
                yield self._plan(self.world.planned_exams[len(self.published)])
            self._release()
            yield "release"

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
        basis = {"legal_basis": "Приказ № 1"}
        answer = self.coordinator.post(f"/plans/{drafts[-1]}/publish", basis)
        self._expect(answer.status, FOUND)
        self.published.append(exam)
        return "plan"

    def _release(self) -> None:
        place = f"/results/{self.world.scored_exam}/{self.world.school_id}"
        self._expect(self.school.post(f"{place}/release", {}).status, FOUND)
        self.releases += 1

    @staticmethod
    def _expect(status: int, *wanted: int) -> None:
        if status not in wanted:
            raise RuntimeError(f"an answer {status} where {wanted} was wanted")
