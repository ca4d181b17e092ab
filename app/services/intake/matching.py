"""Stored readings and the list of codes -> which page belongs to whom; no page is read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.places import get_place
from app.bridge.scans import list_participants, list_pile, reading_of
from app.bridge.scripts import CLASH
from app.changes import (
    answer_wanted,
    note_changes,
    places_of,
    retire_images,
    tell_rescanned,
)
from app.models import Bundle, Page, PageKind, PageSource, Participant, Script
from app.services.intake.reckoning import Reckoning, list_one_a_pile, pile_with, reckon
from scanning import PageVerdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """How many pages of a pile are named, wait for a person, or are no script's page."""

    named: int
    left_to_person: int
    set_aside: int


def match_again(
    session: Session,
    *,
    exam_id: UUID,
    school_id: UUID,
    by: Actor,
    at: datetime,
    ahead: Mapping[UUID, Reckoning],
) -> Matched:
    """Decide anew what no person has decided, after the list of codes changed.

    Args:
        session: a writing session.
        exam_id: the exam.
        school_id: the school.
        by: who asks for it.
        at: when.
        ahead: what `reckon_again` found, by bundle.

    Raises:
        NotYours: the school is not his, or the exam is not of its municipality.
        Refusal: the exam has no page template.
    """
    get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.DECIDE_PAGES,
        by=by,
    )
    total = Counter[str]()
    for bundle in list_one_a_pile(session, exam_id=exam_id, school_id=school_id):
        found = match_pile(session, bundle=bundle, at=at, ahead=ahead.get(bundle.id))
        total += Counter(named=found.named, left=found.left_to_person, aside=found.set_aside)
    record(
        session,
        action="pages.matched_again",
        subject_kind="school",
        subject_id=school_id,
        by=by,
        at=at,
        school_id=school_id,
        exam_id=exam_id,
        new=dict(total),
    )
    return Matched(named=total["named"], left_to_person=total["left"], set_aside=total["aside"])


def match_pile(
    session: Session, *, bundle: Bundle, at: datetime, ahead: Reckoning | None
) -> Matched:
    """Decide the pages of a bundle together with those filed before.

    Only pages that wait are decided: what a person or an earlier bundle has placed stays. What
    the program would put on top of them goes to a person instead. A page that comes to a script
    handed over is told to those who hold it, and one that was wanted anew is answered.
    """
    people = list_participants(
        session, exam=bundle.exam, school_id=bundle.school_id, class_id=bundle.class_id
    )
    scripts = _Scripts(session, bundle.exam_id, people)
    pages = list_pile(session, bundle=bundle)
    pile = pile_with(session, bundle, [reading_of(page) for page in pages], people)
    waiting, before = [page for page in pages if page.needs_person], places_of(pages)
    verdicts = reckon(pile, ahead=ahead)
    for page, verdict in zip(pages, verdicts, strict=True):
        if page.needs_person:
            _apply(page, verdict, scripts)
    session.flush()
    for page, verdict in zip(pages, verdicts, strict=True):
        if verdict.same_as is not None and page in waiting:
            _take_over(session, page, pages[verdict.same_as], at=at)
    _part_clashes(pages, waiting, pile.pages_expected)
    session.flush()
    answer_wanted(session, [page for page in waiting if page.script_id is not None], at=at)
    note_changes(session, pages, before=before, at=at)
    return _count(pages, bundle)


class _Scripts:
    """The scripts of an exam by code, kept from the desk; one that is not there yet is made."""

    def __init__(self, session: Session, exam_id: UUID, people: Sequence[Participant]) -> None:
        self._session, self._exam_id = session, exam_id
        self._people = {person.code: person for person in people}
        query = (
            select(Script)
            .join(Participant, Participant.id == Script.participant_id)
            .where(
                Script.exam_id == exam_id,
                Script.participant_id.in_([person.id for person in people]),
            )
            .order_by(Participant.code)
            .with_for_update(of=Script)
        )
        self._made = {script.participant.code: script for script in session.scalars(query)}

    def of(self, code: str) -> Script:
        """The script of the participant with that code."""
        if code not in self._made:
            made = Script(exam_id=self._exam_id, participant=self._people[code])
            self._session.add(made)
            self._made[code] = made
        return self._made[code]


def _apply(page: Page, verdict: PageVerdict, scripts: _Scripts) -> None:
    page.kind = PageKind(verdict.kind.value)
    page.needs_person, page.why = verdict.needs_person, verdict.sentence
    placed = page.kind is PageKind.SCRIPT and verdict.code is not None
    page.script = scripts.of(str(verdict.code)) if placed else None
    page.page_number, page.confidence = verdict.page, verdict.confidence
    page.source = PageSource(verdict.source.value) if placed and verdict.source else None
    page.candidates = _candidates(verdict, placed=placed)


def _take_over(session: Session, fresh: Page, older: Page, *, at: datetime) -> None:
    """A later upload's scan of the same sheet, known by barcode or strokes, takes over its place.

    A second scan in the same upload stays a duplicate, and what a person decided stays.
    """
    if not _is_rescan(fresh, older):
        return
    script, number, source = older.script, older.page_number, older.source
    older.script, older.kind, older.replaced_by_id = None, PageKind.DUPLICATE, fresh.id
    session.flush()
    fresh.kind, fresh.script, fresh.page_number = PageKind.SCRIPT, script, number
    fresh.source, fresh.needs_person, fresh.why = source, False, ""
    retire_images(session, [older], at=at)
    tell_rescanned(session, older, at=at)
    session.flush()


def _is_rescan(fresh: Page, older: Page) -> bool:
    new, old = reading_of(fresh), reading_of(older)
    by_program = older.source is not PageSource.PERSON
    later = fresh.bundle.uploaded_at > older.bundle.uploaded_at
    worse = bool(new.quality.faults) and not old.quality.faults
    placed = older.script_id is not None and new.placement is not None
    return by_program and later and placed and new.digest != old.digest and not worse


def _candidates(verdict: PageVerdict, *, placed: bool) -> list[dict[str, object]]:
    """What a person may choose from; a second scan keeps the code of the first."""
    if verdict.code is not None and not placed:
        return [{"code": verdict.code, "confidence": verdict.confidence}]
    return [{"code": guess.code, "confidence": guess.confidence} for guess in verdict.candidates]


def _part_clashes(pages: Sequence[Page], fresh: Sequence[Page], expected: int | None) -> None:
    """No two pages at one place of a script, and no more than it has: else a person decides."""
    placed = [page for page in pages if page.script is not None]
    places = Counter((page.script_id, page.page_number) for page in placed)
    sizes = Counter(page.script_id for page in placed)
    for page in fresh:
        if page.script is None:
            continue
        taken = page.page_number is not None and places[(page.script_id, page.page_number)] > 1
        if taken or (expected is not None and sizes[page.script_id] > expected):
            _hand_back(page, page.script.participant.code)


def _hand_back(page: Page, code: str) -> None:
    page.candidates = [{"code": code, "confidence": page.confidence}]
    page.script, page.needs_person, page.why, page.source = None, True, CLASH, None


def _count(pages: Sequence[Page], bundle: Bundle) -> Matched:
    own = [page for page in pages if page.bundle_id == bundle.id]
    named = sum(1 for page in own if page.script is not None)
    waiting = sum(1 for page in own if page.needs_person)
    return Matched(named=named, left_to_person=waiting, set_aside=len(own) - named - waiting)
