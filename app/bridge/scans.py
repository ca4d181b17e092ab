"""Rows of an exam, its form and its pages -> the values of the scanning library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.models import (
    Bundle,
    BundleFile,
    Exam,
    ExamTemplate,
    Page,
    PageKind,
    Participant,
    SchoolClass,
)
from scanning import IssuedCodes, PageReading, PageTemplate


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One version of one of an exam's page templates.

    Attributes:
        template_id: the version.
        number: which of the exam's forms it is, from 1.
        version: number of the version within the exam.
        title: what people call the form; "" where it has no name.
        template: where code, name and answers lie.
    """

    template_id: UUID
    number: int
    version: int
    title: str
    template: PageTemplate


def list_forms(session: Session, *, exam_id: UUID) -> tuple[Form, ...]:
    """The forms whose pages a bundle of the exam may hold, each in its newest version."""
    newest: dict[int, ExamTemplate] = {}
    query = select(ExamTemplate).where(ExamTemplate.exam_id == exam_id)
    for row in session.scalars(query.order_by(ExamTemplate.number)):
        newest[row.form] = row
    return tuple(form_of(newest[form]) for form in sorted(newest) if not newest[form].retired_at)


def get_forms(session: Session, *, exam_id: UUID) -> tuple[Form, ...]:
    """The forms of the exam; at least one.

    Raises:
        Refusal: nobody has drawn one.
    """
    found = list_forms(session, exam_id=exam_id)
    if not found:
        raise Refusal(
            "У работы нет макета листа: муниципальный координатор задаёт его в разделе «Работы»."
        )
    return found


def form_of(row: ExamTemplate) -> Form:
    """The form that a row keeps."""
    return Form(
        template_id=row.id,
        number=row.form,
        version=row.number,
        title=row.title,
        template=PageTemplate.from_layout(row.layout),
    )


def drawing_form(page: Page, forms: Sequence[Form]) -> Form:
    """The form by which experts see a page: the newest version, unless it is another sheet."""
    own = form_of(page.template)
    newest = next((form for form in forms if form.number == own.number), own)
    same_sheet = own.template.page_mm == newest.template.page_mm
    return newest if same_sheet and own.template.code_box == newest.template.code_box else own


def form_read(reading: PageReading, forms: Sequence[Form]) -> Form:
    """Which of the forms a page was read with: the one that was found on it, else the first."""
    return forms[reading.placement.template if reading.placement is not None else 0]


def list_participants(
    session: Session, *, exam: Exam, school_id: UUID, class_id: UUID | None
) -> Sequence[Participant]:
    """Whose pages may lie in a pile: the class, or every class of the exam's grade, by code."""
    query = (
        select(Participant)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .where(
            Participant.campaign_id == exam.campaign_id,
            Participant.school_id == school_id,
            SchoolClass.grade == exam.grade,
        )
        .order_by(Participant.code)
    )
    if class_id is not None:
        query = query.where(Participant.class_id == class_id)
    return session.scalars(query).all()


def issued_codes(participants: Sequence[Participant]) -> IssuedCodes:
    """Their codes as the library wants them."""
    return IssuedCodes.of(participant.code for participant in participants)


def list_pile(session: Session, *, bundle: Bundle) -> Sequence[Page]:
    """The pages decided together with a bundle's, in the order of scanning.

    Those of its school and exam: of the same class and of bundles without a class, or all when the
    bundle names no class. What a re-scan has replaced or shall replace is left out.
    """
    query = (
        select(Page)
        .join(Bundle, Bundle.id == Page.bundle_id)
        .join(BundleFile, BundleFile.id == Page.file_id)
        .where(
            Bundle.exam_id == bundle.exam_id,
            Bundle.school_id == bundle.school_id,
            Page.replaced_by_id.is_(None),
            Page.kind != PageKind.RESCAN_WANTED,
        )
        .order_by(Bundle.uploaded_at, Bundle.id, BundleFile.position, Page.index)
    )
    if bundle.class_id is not None:
        query = query.where((Bundle.class_id == bundle.class_id) | Bundle.class_id.is_(None))
    return session.scalars(query).all()


def reading_of(page: Page) -> PageReading:
    """What the library saw on the page."""
    return PageReading.from_dict(page.reading)


def pages_expected(exam: Exam, forms: Sequence[Form]) -> int | None:
    """How many pages a script has: by the exam, else by its longest form, else unknown."""
    told = [form.template.pages for form in forms if form.template.pages is not None]
    return exam.pages_expected or max(told, default=None)
