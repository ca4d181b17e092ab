"""A municipality in the middle of scoring: experts, works with pages and answers, a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from app.access import Role
from app.cli.bench_scoring.pictures import HIGH, WIDE, as_jpeg, draw_page
from app.models import (
    BLIND,
    Assignment,
    Bundle,
    BundleFile,
    Campaign,
    Criterion,
    Exam,
    ExamTemplate,
    Expert,
    FileOutcome,
    LoginSession,
    Municipality,
    Page,
    PageKind,
    PageSource,
    Participant,
    Person,
    RoleGrant,
    School,
    SchoolClass,
    Script,
    ScriptCrop,
    ScriptImage,
    TaughtSubject,
)
from app.models.people import NO_PASSWORD
from app.services.accounts import hash_password
from app.storage import FileStore

SUBJECT = "Русский язык"
CRITERIA = 15
PAGES = 2
PASSWORD = "bench of scoring"  # noqa: S105 - of a made-up installation that is thrown away
MAX_POINTS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """One expert: who he is, his open session, and his works in their order."""

    login: str
    expert_id: UUID
    session_id: UUID
    works: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How large the municipality is.

    Attributes:
        experts: how many experts.
        works: how many works.
        readings: experts a work.
        pictures: different pages drawn; works share them beyond that.
        answers: the form names its tasks, so that answers are cut out of the pages.
    """

    experts: int
    works: int
    readings: int = 1
    pictures: int = 12
    answers: bool = True


def fill(session: Session, store: FileStore, *, size: Size, at: datetime) -> tuple[Seat, ...]:
    """The municipality; works are dealt out in turn, so that the plan is known beforehand."""
    exam, school = _setting(session, at)
    scripts = _scripts(session, exam, school, size.works, at)
    _add_pages(session, store, scripts, _bundle(session, exam, school, at), size, at)
    known = hash_password(PASSWORD)
    experts = [_expert(session, exam, number, known, at) for number in range(size.experts)]
    queues: dict[UUID, list[Assignment]] = {expert.id: [] for expert, _, _ in experts}
    for number in range(size.works * size.readings):
        expert = experts[number % size.experts][0]
        made = Assignment(
            script_id=scripts[number % size.works].id,
            expert_id=expert.id,
            round=BLIND[number // size.works],
            queue_position=number + 1,
            created_at=at,
        )
        session.add(made)
        queues[expert.id].append(made)
    session.flush()
    return tuple(_seat(expert, login, session_id, queues) for expert, login, session_id in experts)


def _seat(
    expert: Expert, login: str, session_id: UUID, queues: Mapping[UUID, Sequence[Assignment]]
) -> Seat:
    works = tuple(one.id for one in queues[expert.id])
    return Seat(login=login, expert_id=expert.id, session_id=session_id, works=works)


def _setting(session: Session, at: datetime) -> tuple[Exam, School]:
    place = Municipality(name="Район измерений", timezone="Europe/Moscow")
    session.add(place)
    session.flush()
    campaign = Campaign(municipality_id=place.id, name="ВПР", year=at.year)
    school = School(municipality_id=place.id, login="edu200000", name="Школа № 0")
    session.add_all([campaign, school])
    session.flush()
    today = at.date()
    exam = Exam(
        campaign_id=campaign.id,
        subject=SUBJECT,
        grade=4,
        held_on=today - timedelta(days=1),
        criteria_open_at_local=time(14, 0),
        scoring_ends_on=today + timedelta(days=3),
        form_due_on=today + timedelta(days=7),
        created_at=at,
    )
    session.add(exam)
    session.flush()
    session.add_all(
        Criterion(
            exam_id=exam.id,
            position=number,
            label=str(number),
            max_points=MAX_POINTS,
            guide="2 — ошибок нет\n1 — одна ошибка\n0 — две ошибки и больше",
        )
        for number in range(1, CRITERIA + 1)
    )
    session.flush()
    return exam, school


def _scripts(
    session: Session, exam: Exam, school: School, count: int, at: datetime
) -> list[Script]:
    home = SchoolClass(school_id=school.id, grade=4, letter="А", serial=1)
    session.add(home)
    session.flush()
    wrote = [
        Participant(
            campaign_id=exam.campaign_id,
            school_id=school.id,
            class_id=home.id,
            code=f"{number:06d}",
        )
        for number in range(count)
    ]
    session.add_all(wrote)
    session.flush()
    made = [Script(exam_id=exam.id, participant_id=who.id, published_at=at) for who in wrote]
    session.add_all(made)
    session.flush()
    return made


def _bundle(session: Session, exam: Exam, school: School, at: datetime) -> tuple[UUID, UUID, UUID]:
    """A file of scans and the form that it was read with: keys of both, and of its bundle."""
    person = _person(session, "coordinator", at, NO_PASSWORD)
    template = ExamTemplate(
        exam_id=exam.id, number=1, layout={}, created_at=at, created_by_id=person.id
    )
    bundle = Bundle(exam_id=exam.id, school_id=school.id, uploaded_by_id=person.id, uploaded_at=at)
    session.add_all([template, bundle])
    session.flush()
    file = BundleFile(
        bundle_id=bundle.id,
        position=1,
        name="bench.pdf",
        sha256="0" * 64,
        size_bytes=1,
        outcome=FileOutcome.OK,
    )
    session.add(file)
    session.flush()
    return file.id, template.id, bundle.id


def _add_pages(
    session: Session,
    store: FileStore,
    scripts: Sequence[Script],
    source: tuple[UUID, UUID, UUID],
    size: Size,
    at: datetime,
) -> None:
    drawn = [_stored_page(store, seed) for seed in range(min(size.pictures, len(scripts) * PAGES))]
    pages = [_page(script, place, source) for script in scripts for place in range(1, PAGES + 1)]
    for index, page in enumerate(pages):
        page.index = index
    session.add_all(pages)
    session.flush()
    images = [
        _image(page, sha256, at) for page, (sha256, _) in zip(pages, cycle(drawn), strict=False)
    ]
    session.add_all(images)
    session.flush()
    for image, (_, answers) in zip(images, cycle(drawn), strict=False):
        places = range(_answers_on(image.position)) if size.answers else ()
        session.add_all(_crop(image, place, answers) for place in places)
    session.flush()


def _page(script: Script, position: int, source: tuple[UUID, UUID, UUID]) -> Page:
    file_id, template_id, bundle_id = source
    return Page(
        file_id=file_id,
        bundle_id=bundle_id,
        template_id=template_id,
        kind=PageKind.SCRIPT,
        script_id=script.id,
        page_number=position,
        source=PageSource.DIGITS,
        confidence=1.0,
        candidates=[],
        reading={},
    )


def _image(page: Page, sha256: str, at: datetime) -> ScriptImage:
    return ScriptImage(
        script_id=page.script_id,
        page_id=page.id,
        position=page.page_number,
        sha256=sha256,
        width_px=WIDE,
        height_px=HIGH,
        masks=[],
        created_at=at,
    )


def _answers_on(position: int) -> int:
    return CRITERIA // PAGES + (1 if position <= CRITERIA % PAGES else 0)


def _first_answer_on(position: int) -> int:
    return 1 + sum(_answers_on(earlier) for earlier in range(1, position))


def _crop(image: ScriptImage, place: int, answers: Sequence[str]) -> ScriptCrop:
    high = HIGH // len(answers)
    return ScriptCrop(
        image_id=image.id,
        position=place + 1,
        task=str(_first_answer_on(image.position) + place),
        sha256=answers[place],
        left_px=0,
        top_px=place * high,
        width_px=WIDE,
        height_px=high,
    )


def _stored_page(store: FileStore, seed: int) -> tuple[str, tuple[str, ...]]:
    """Files of a page and of the answers on it."""
    picture = draw_page(seed)
    parts = _answers_on(1)
    high = HIGH // parts
    strips = [np.ascontiguousarray(picture[at * high : (at + 1) * high]) for at in range(parts)]
    return store.put(as_jpeg(picture)), tuple(store.put(as_jpeg(one)) for one in strips)


def _person(session: Session, login: str, at: datetime, password_hash: str) -> Person:
    made = Person(
        login=login,
        display_name=login,
        password_hash=password_hash,
        must_change_password=False,
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made


def _expert(
    session: Session, exam: Exam, number: int, password_hash: str, at: datetime
) -> tuple[Expert, str, UUID]:
    """An expert of a school of his own, with an open session."""
    school = School(
        municipality_id=exam.campaign.municipality_id,
        login=f"edu{200001 + number}",
        name=f"Школа № {number + 1}",
    )
    session.add(school)
    session.flush()
    person = _person(session, f"expert{number + 1}", at, password_hash)
    session.add(
        RoleGrant(person_id=person.id, role=Role.EXPERT, school_id=school.id, granted_at=at)
    )
    expert = Expert(person_id=person.id, school_id=school.id, capacity=10_000)
    expert.subjects.append(TaughtSubject(subject=SUBJECT, since_on=date(2015, 9, 1)))
    opened = LoginSession(person_id=person.id, created_at=at, expires_at=at + timedelta(days=1))
    session.add_all([expert, opened])
    session.flush()
    return expert, person.login, opened.id
