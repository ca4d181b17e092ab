"""What the pages of a pile are found to be, reckoned before anything is written.

Holding hundreds of pages against hundreds of codes takes seconds, and on SQLite whoever writes lets
nobody else write: so it is done while others may, and what was found is kept where the pile is
still the same when it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.rereading import list_pages_to_reread
from app.bridge.scans import (
    get_forms,
    issued_codes,
    list_participants,
    list_pile,
    pages_expected,
    reading_of,
)
from app.models import Bundle, Participant
from app.services.intake.readings import ReadAgain, ReadFile
from scanning import IssuedCodes, PageReading, PageVerdict, identify


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """All that verdicts on the pages of a pile rest on.

    Attributes:
        readings: the pages in the order of scanning.
        issued: the codes that may stand on them.
        pages_expected: pages of a script, or None when it is not known.
    """

    readings: tuple[PageReading, ...]
    issued: IssuedCodes
    pages_expected: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoning:
    """The verdicts on a pile's pages, in their order; they stand for that pile and no other."""

    pile: Pile
    verdicts: tuple[PageVerdict, ...]


def reckon(pile: Pile, *, ahead: Reckoning | None = None) -> tuple[PageVerdict, ...]:
    """The verdicts on a pile: those reckoned ahead, where the pile has stayed the same."""
    if ahead is not None and ahead.pile == pile:
        return ahead.verdicts
    return identify(pile.readings, pile.issued, pages_expected=pile.pages_expected)


def reckon_filing(session: Session, *, bundle_id: UUID, files: Sequence[ReadFile]) -> Reckoning:
    """What filing these files of a bundle will find, if nothing else comes between.

    Raises:
        Refusal: the exam has no page template.
    """
    bundle = session.get_one(Bundle, bundle_id)
    own_turn = (bundle.uploaded_at, bundle.id)
    filed = list_pile(session, bundle=bundle)
    turns = [(page.bundle.uploaded_at, page.bundle_id) for page in filed]
    earlier = sum(1 for turn in turns if turn < own_turn)
    kept = [reading_of(page) for page in filed]
    fresh = [page.reading for file in files for page in file.pages]
    return _reckoning(session, bundle, [*kept[:earlier], *fresh, *kept[earlier:]])


def reckon_refiling(session: Session, *, bundle_id: UUID, pages: Sequence[ReadAgain]) -> Reckoning:
    """What these new readings of a bundle's pages will change, if nothing else comes between.

    Raises:
        Refusal: the exam has no page template.
    """
    bundle = session.get_one(Bundle, bundle_id)
    is_open = {page.id: page.version for page in list_pages_to_reread(session, bundle_id=bundle_id)}
    again = {
        one.page_id: one.read.reading for one in pages if is_open.get(one.page_id) == one.version
    }
    readings = [
        again[page.id] if page.id in again else reading_of(page)
        for page in list_pile(session, bundle=bundle)
    ]
    return _reckoning(session, bundle, readings)


def reckon_again(
    session: Session, *, exam_id: UUID, school_id: UUID, by: Actor
) -> dict[UUID, Reckoning]:
    """What matching a school's pages again will find, by bundle, if nothing else comes between.

    Raises:
        NotYours: the school is not his, or the exam is not of its municipality.
        Refusal: the exam has no page template.
    """
    get_place(
        session, exam_id=exam_id, school_id=school_id, permission=Permission.DECIDE_PAGES, by=by
    )
    found = {}
    for bundle in list_one_a_pile(session, exam_id=exam_id, school_id=school_id):
        readings = [reading_of(page) for page in list_pile(session, bundle=bundle)]
        found[bundle.id] = _reckoning(session, bundle, readings)
    return found


def list_one_a_pile(session: Session, *, exam_id: UUID, school_id: UUID) -> list[Bundle]:
    """A bundle without a class decides the whole school at once; else one a class."""
    bundles = session.scalars(
        select(Bundle)
        .where(
            Bundle.exam_id == exam_id, Bundle.school_id == school_id, Bundle.read_at.is_not(None)
        )
        .order_by(Bundle.uploaded_at, Bundle.id)
    ).all()
    mixed = [bundle for bundle in bundles if bundle.class_id is None]
    return mixed[:1] or list({bundle.class_id: bundle for bundle in bundles}.values())


def _reckoning(session: Session, bundle: Bundle, readings: Sequence[PageReading]) -> Reckoning:
    people = list_participants(
        session, exam=bundle.exam, school_id=bundle.school_id, class_id=bundle.class_id
    )
    pile = pile_with(session, bundle, readings, people)
    return Reckoning(pile=pile, verdicts=reckon(pile))


def pile_with(
    session: Session,
    bundle: Bundle,
    readings: Sequence[PageReading],
    people: Sequence[Participant],
) -> Pile:
    """The pile of these readings, with the codes of these people.

    Raises:
        Refusal: the exam has no page template.
    """
    return Pile(
        readings=tuple(readings),
        issued=issued_codes(people),
        pages_expected=pages_expected(bundle.exam, get_forms(session, exam_id=bundle.exam_id)),
    )
