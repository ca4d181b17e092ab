"""A class on one page: codes down, pages across, what is missing, doubled, foreign, blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.scans import list_forms, list_participants, pages_expected
from app.bridge.scripts import count_contested, fullness, is_drawn, ordered_pages
from app.models import Bundle, BundleFile, Exam, ExamEntry, Page, PageKind, Participant, Script


@dataclass(frozen=True, kw_only=True, slots=True)
class PageMark:
    """One cell of the grid: the page that stands there, or none."""

    page_id: UUID | None
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScriptLine:
    """One participant's script."""

    participant_id: UUID
    script_id: UUID | None
    code: str
    class_name: str
    absent: bool
    cells: tuple[PageMark, ...]
    extra: int
    contested: int
    complete: bool
    drawn: bool
    published: bool

    @property
    def contradicted(self) -> bool:
        """Marked absent, while pages of his work are there."""
        return self.absent and self.script_id is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class AsidePage:
    """A page that belongs to no script: blank, foreign, doubled, or to be scanned again."""

    page_id: UUID
    kind: PageKind
    file: str
    number_in_file: int
    waits: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """The scripts of a school or a class, and the pages that are no script's."""

    expected: int | None
    columns: int
    scripts: tuple[ScriptLine, ...]
    aside: tuple[AsidePage, ...]

    @property
    def ready(self) -> int:
        """Complete and drawn, not handed over yet."""
        return sum(1 for one in self.scripts if one.complete and one.drawn and not one.published)

    @property
    def lacking(self) -> tuple[ScriptLine, ...]:
        """Scripts with pages that cannot go out by themselves."""
        return tuple(
            one
            for one in self.scripts
            if one.script_id and not one.published and not (one.complete and one.drawn)
        )

    @property
    def contradicted(self) -> tuple[ScriptLine, ...]:
        """Marked absent, while pages of their works are there."""
        return tuple(one for one in self.scripts if one.contradicted)

    @property
    def without_pages(self) -> int:
        """Participants who are not absent and of whom nothing came."""
        return sum(1 for one in self.scripts if one.script_id is None and not one.absent)


def get_overview(
    session: Session, *, exam_id: UUID, school_id: UUID, class_id: UUID | None, by: Actor
) -> Overview:
    """The grid of a class, or of the whole school.

    Raises:
        NotYours: the school is not his.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.UPLOAD_SCANS,
        by=by,
    )
    expected = pages_expected(exam, list_forms(session, exam_id=exam_id))
    people = list_participants(session, exam=exam, school_id=school_id, class_id=class_id)
    scripts = _scripts(session, exam, people)
    absent = _absent(session, exam)
    contested = count_contested(session, exam_id=exam_id, school_id=school_id)
    most = max((len(script.pages) for script in scripts.values()), default=0)
    columns = expected or most
    lines = tuple(
        _line(
            person,
            scripts.get(person.id),
            absent=person.id in absent,
            contested=contested[person.code],
            expected=expected,
            columns=columns,
        )
        for person in people
    )
    return Overview(
        expected=expected,
        columns=columns,
        scripts=lines,
        aside=_aside(session, exam_id=exam_id, school_id=school_id, class_id=class_id),
    )


def _scripts(session: Session, exam: Exam, people: Sequence[Participant]) -> dict[UUID, Script]:
    query = (
        select(Script)
        .where(
            Script.exam_id == exam.id, Script.participant_id.in_([person.id for person in people])
        )
        .options(
            selectinload(Script.images),
            selectinload(Script.pages).selectinload(Page.file),
            selectinload(Script.pages).selectinload(Page.bundle),
        )
    )
    return {script.participant_id: script for script in session.scalars(query)}


def _absent(session: Session, exam: Exam) -> set[UUID]:
    query = select(ExamEntry.participant_id).where(ExamEntry.exam_id == exam.id, ExamEntry.absent)
    return set(session.scalars(query))


def _line(
    person: Participant,
    script: Script | None,
    *,
    absent: bool,
    contested: int,
    expected: int | None,
    columns: int,
) -> ScriptLine:
    pages = script.pages if script is not None else []
    full = fullness(pages, expected=expected)
    return ScriptLine(
        participant_id=person.id,
        script_id=script.id if script is not None and pages else None,
        code=person.code,
        class_name=person.school_class.name,
        absent=absent,
        cells=_cells(pages, columns),
        extra=full.extra,
        contested=contested,
        complete=full.complete and not contested,
        drawn=script is not None and is_drawn(script),
        published=script is not None and script.published_at is not None,
    )


def _cells(pages: Sequence[Page], columns: int) -> tuple[PageMark, ...]:
    """Pages with a number at their number, the others in the free places, in order."""
    known = {page.page_number: page for page in pages if page.page_number is not None}
    others = iter([page for page in ordered_pages(pages) if page.page_number is None])
    cells = []
    for number in range(1, columns + 1):
        page = known.get(number) or next(others, None)
        cells.append(
            PageMark(page_id=None, source="")
            if page is None
            else PageMark(page_id=page.id, source=page.source.value if page.source else "")
        )
    return tuple(cells)


def _aside(
    session: Session, *, exam_id: UUID, school_id: UUID, class_id: UUID | None
) -> tuple[AsidePage, ...]:
    query = (
        select(Page)
        .join(Bundle, Bundle.id == Page.bundle_id)
        .join(BundleFile, BundleFile.id == Page.file_id)
        .where(
            Bundle.exam_id == exam_id,
            Bundle.school_id == school_id,
            Page.kind != PageKind.SCRIPT,
        )
        .order_by(Bundle.uploaded_at, Bundle.id, BundleFile.position, Page.index)
        .options(selectinload(Page.file))
    )
    if class_id is not None:
        query = query.where((Bundle.class_id == class_id) | Bundle.class_id.is_(None))
    return tuple(
        AsidePage(
            page_id=page.id,
            kind=page.kind,
            file=page.file.name,
            number_in_file=page.index + 1,
            waits=page.needs_person,
        )
        for page in session.scalars(query)
    )
