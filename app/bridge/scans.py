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
    """One version of an exam's page template."""

    template_id: UUID
    template: PageTemplate


def find_form(session: Session, *, exam_id: UUID) -> Form | None:
    """The newest template of the exam."""
    newest = session.scalar(
        select(ExamTemplate)
        .where(ExamTemplate.exam_id == exam_id)
        .order_by(ExamTemplate.number.desc())
        .limit(1)
    )
    return None if newest is None else form_of(newest)


def get_form(session: Session, *, exam_id: UUID) -> Form:
    """The newest template of the exam.

    Raises:
        Refusal: nobody has drawn one.
    """
    found = find_form(session, exam_id=exam_id)
    if found is None:
        raise Refusal(
            "У работы нет макета листа: муниципальный координатор задаёт его в разделе «Работы»."
        )
    return found


def form_of(row: ExamTemplate) -> Form:
    """The template that a row keeps."""
    return Form(template_id=row.id, template=PageTemplate.from_layout(row.layout))


def drawing_template(page: Page, newest: Form) -> PageTemplate:
    """The template by which experts see a page: the newest, unless it is another sheet of paper."""
    own = form_of(page.template).template
    same_sheet = own.page_mm == newest.template.page_mm
    return newest.template if same_sheet and own.code_box == newest.template.code_box else own


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


def pages_expected(exam: Exam, form: Form) -> int | None:
    """How many pages a script has: by the exam, else by its form, else unknown."""
    return exam.pages_expected or form.template.pages
