"""Below one school at one exam: its works, one work, one page; never whose, never its points."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, defer

from app.access import Actor, Permission
from app.bridge.scans import reading_of
from app.bridge.scripts import fullness, is_work, ordered_pages
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import (
    Assignment,
    Bundle,
    BundleFile,
    Exam,
    FinalResult,
    Page,
    PageKind,
    PageSource,
    Participant,
    School,
    Script,
    ScriptImage,
)
from app.queries.board.filters import watched
from scanning import Fault

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkLine:
    """A work by its place among the school's works.

    Attributes:
        number: its place, from 1; a code is not told here.
        pages, missing, extra: what it has, lacks, and has too many of.
        published: it was handed over to be scored.
        readers: how many experts hold or held it.
        final: its result is settled.
    """

    script_id: UUID
    number: int
    pages: int
    missing: tuple[int, ...]
    extra: int
    published: bool
    readers: int
    final: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PageLine:
    """A page by its place in a pile; `number` is its place in the work, where it has one."""

    page_id: UUID
    bundle_at: datetime
    file: int
    index: int
    kind: PageKind
    waits: bool
    number: int | None
    source: PageSource | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a work or a page belongs."""

    school_id: UUID
    school: str
    exam_id: UUID
    exam: ExamTitle


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkView:
    """One work: where it stands, how far it is, its pages."""

    standing: Standing
    line: WorkLine
    pages: tuple[PageLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """One page.

    Attributes:
        standing: the school and exam.
        line: its place and kind.
        script_id, work: the work that it belongs to, and that work's place.
        decided_at: when a person decided it.
        faults, dpi: what is wrong with the scan, and its resolution; 0 where nothing is kept.
        drawn: there is a picture without code and name, to be shown small.
        original: the person may open the page itself, which the trail keeps.
    """

    standing: Standing
    line: PageLine
    script_id: UUID | None
    work: int | None
    decided_at: datetime | None
    faults: tuple[Fault, ...]
    dpi: int
    drawn: bool
    original: bool


def list_works(session: Session, *, school_id: UUID, exam: Exam) -> tuple[WorkLine, ...]:
    """Every work of a school at an exam, in an order that says nothing of the codes."""
    pages = _pages_by_script(session, school_id, exam.id)
    readers = _readers(session, school_id, exam.id)
    final = set(
        session.scalars(_of(select(FinalResult.script_id).join(Script), school_id, exam.id))
    )
    query = _of(select(Script), school_id, exam.id).where(is_work())
    scripts = session.scalars(query.order_by(Script.published_at.is_(None), Script.id))
    lines = []
    for number, script in enumerate(scripts, start=1):
        full = fullness(pages[script.id], expected=exam.pages_expected)
        lines.append(
            WorkLine(
                script_id=script.id,
                number=number,
                pages=full.present,
                missing=full.missing,
                extra=full.extra,
                published=script.published_at is not None,
                readers=readers[script.id],
                final=script.id in final,
            )
        )
    return tuple(lines)


def list_unplaced(session: Session, *, school_id: UUID, exam_id: UUID) -> tuple[PageLine, ...]:
    """Pages that are in no work, or wait for a person."""
    query = (
        select(Page)
        .join(Page.bundle)
        .join(Page.file)
        .where(Bundle.exam_id == exam_id, Bundle.school_id == school_id)
        .where(Page.needs_person | (Page.kind != PageKind.SCRIPT))
        .order_by(Bundle.uploaded_at, BundleFile.position, Page.index)
        .options(contains_eager(Page.bundle), contains_eager(Page.file), defer(Page.reading))
    )
    return tuple(_line(page, None) for page in session.scalars(query))


def get_work(session: Session, *, script_id: UUID, actor: Actor) -> WorkView:
    """One work and its pages.

    Raises:
        NotYours: its school is not in a municipality that he watches, or it is nobody's work.
    """
    script = session.get(Script, script_id)
    if script is None:
        raise NotYours
    school = _watched_school(session, script.participant.school_id, actor)
    return WorkView(
        standing=_standing(school, script.exam),
        line=_line_of(session, script, school),
        pages=tuple(
            _line(page, place) for place, page in enumerate(ordered_pages(script.pages), start=1)
        ),
    )


def get_page(session: Session, *, page_id: UUID, actor: Actor) -> PageView:
    """One page: its place, how it was read, and whether there is a picture of it for him.

    Raises:
        NotYours: its school is not in a municipality that he watches.
    """
    page = session.get(Page, page_id)
    if page is None:
        raise NotYours
    school = _watched_school(session, page.bundle.school_id, actor)
    quality = reading_of(page).quality if page.reading else None
    work = None if page.script is None else _line_of(session, page.script, school).number
    may_open = actor.may(Permission.DECIDE_PAGES, school_id=school.id)
    return PageView(
        standing=_standing(school, page.bundle.exam),
        line=_line(page, page.page_number),
        script_id=page.script_id,
        work=work,
        decided_at=page.decided_at,
        faults=() if quality is None else quality.faults,
        dpi=0 if quality is None else round(quality.dpi),
        drawn=session.scalar(_drawn(page_id)) is not None,
        original=may_open and page.image_sha256 is not None,
    )


def get_small_picture(session: Session, *, page_id: UUID, actor: Actor) -> str:
    """The hash of the page's picture without code and name; he is shown a few pixels of it.

    Raises:
        NotYours: the page is not of a school that he watches, or nothing was drawn of it.
    """
    page = session.get(Page, page_id)
    if page is None:
        raise NotYours
    _watched_school(session, page.bundle.school_id, actor)
    sha256 = session.scalar(_drawn(page_id))
    if sha256 is None:
        raise NotYours
    return sha256


def _drawn(page_id: UUID) -> Select[str]:
    return select(ScriptImage.sha256).where(
        ScriptImage.page_id == page_id,
        ScriptImage.replaced_at.is_(None),
        ScriptImage.destroyed_at.is_(None),
    )


def _watched_school(session: Session, school_id: UUID, actor: Actor) -> School:
    school = session.get_one(School, school_id)
    if school.municipality_id not in watched(session, actor=actor):
        raise NotYours
    return school


def _standing(school: School, exam: Exam) -> Standing:
    return Standing(school_id=school.id, school=school.name, exam_id=exam.id, exam=title_of(exam))


def _line_of(session: Session, script: Script, school: School) -> WorkLine:
    lines = list_works(session, school_id=school.id, exam=script.exam)
    found = next((one for one in lines if one.script_id == script.id), None)
    if found is None:
        raise NotYours
    return found


def _line(page: Page, number: int | None) -> PageLine:
    return PageLine(
        page_id=page.id,
        bundle_at=page.bundle.uploaded_at,
        file=page.file.position,
        index=page.index,
        kind=page.kind,
        waits=page.needs_person,
        number=number,
        source=page.source,
    )


def _of(query: Select[*Columns], school_id: UUID, exam_id: UUID) -> Select[*Columns]:
    """The same query over the scripts of one school at one exam; it joins them already."""
    return query.join(Participant, Participant.id == Script.participant_id).where(
        Script.exam_id == exam_id, Participant.school_id == school_id
    )


def _pages_by_script(
    session: Session, school_id: UUID, exam_id: UUID
) -> Mapping[UUID, Sequence[Page]]:
    found: defaultdict[UUID, list[Page]] = defaultdict(list)
    query = _of(select(Page).join(Script, Script.id == Page.script_id), school_id, exam_id)
    for page in session.scalars(query.options(defer(Page.reading))):
        if page.script_id is not None:
            found[page.script_id].append(page)
    return found


def _readers(session: Session, school_id: UUID, exam_id: UUID) -> Counter[UUID]:
    query = (
        _of(
            select(Assignment.script_id, func.count().label("readers")).join(Script),
            school_id,
            exam_id,
        )
        .where(Assignment.withdrawn_at.is_(None))
        .group_by(Assignment.script_id)
    )
    return Counter({row.script_id: row.readers for row in session.execute(query)})
