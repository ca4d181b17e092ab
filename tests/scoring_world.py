"""A small world for scoring: schools, experts, scripts with drawn pages, assignments."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.bundles import BUNDLE_JOB, reading_key
from app.models import (
    Assignment,
    Bundle,
    BundleFile,
    Criterion,
    Exam,
    ExamEntry,
    ExamTemplate,
    Expert,
    FileOutcome,
    Job,
    JobState,
    Municipality,
    Page,
    PageKind,
    PageSource,
    Round,
    School,
    Script,
    ScriptCrop,
    ScriptImage,
)
from app.storage import FileStore
from app.web.exams.template import STANDARD_LAYOUT
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)

CODES = ("73001", "73002", "73003", "73004")
FILE_NAME = "пачка-сорок-пять.pdf"
UPLOADED = b"%PDF-1.4"
CRITERIA = (("1", 2), ("4К1", 3), ("4К2", 2), ("9.1", 1))


@dataclass(kw_only=True)
class World:
    """What was made, by name."""

    municipality: Municipality
    schools: list[School]
    exam: Exam
    scripts: list[Script]
    coordinator: Actor
    school_coordinator: Actor
    experts: list[Expert] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)

    def assign(
        self,
        session: Session,
        expert: int,
        script: int = 0,
        *,
        round: Round = Round.FIRST,  # noqa: A002 - the model's word
        at: datetime,
    ) -> UUID:
        made = Assignment(
            script_id=self.scripts[script].id,
            expert_id=self.experts[expert].id,
            round=round,
            queue_position=script + 1,
            created_at=at,
        )
        session.add(made)
        session.flush()
        return made.id


def make_world(
    session: Session,
    *,
    at: datetime,
    store: FileStore | None = None,
    experts_per_script: int = 1,
    experts: int = 3,
    codes: Sequence[str] = CODES,
    pages: int = 2,
    criteria: Sequence[tuple[str, int]] = CRITERIA,
) -> World:
    """The participants' school is the first; every expert works in another school of his own."""
    place = make_municipality(session, name="Лесной район")
    schools = [make_school(session, place, number) for number in range(1, experts + 2)]
    exam = make_exam(
        session, place, at=at, criteria=criteria, experts_per_script=experts_per_script
    )
    _set_days(exam, at)
    _add_dependency(session, exam)
    school_class = make_class(session, schools[0], letter="Ъ")
    world = World(
        municipality=place,
        schools=schools,
        exam=exam,
        scripts=[],
        coordinator=make_person(
            session, "muni", Role.MUNICIPAL_COORDINATOR, at=at, municipality=place
        ),
        school_coordinator=make_person(
            session, "school1", Role.SCHOOL_COORDINATOR, at=at, school=schools[0]
        ),
    )
    for number in range(experts):
        actor = make_person(
            session, f"expert{number + 1}", Role.EXPERT, at=at, school=schools[number + 1]
        )
        world.actors.append(actor)
        world.experts.append(make_expert(session, actor.person_id, schools[number + 1]))
    for participant in make_participants(session, exam, school_class, tuple(codes)):
        session.add(ExamEntry(exam_id=exam.id, participant_id=participant.id, variant=3))
        script = Script(exam_id=exam.id, participant_id=participant.id, published_at=at)
        session.add(script)
        world.scripts.append(script)
    session.flush()
    if store is not None:
        _add_images(session, store, world, at=at, pages=pages)
    session.expire(exam, ["criteria"])
    for row in session.query(Criterion):
        session.expire(row, ["depends_on"])
    return world


def _set_days(exam: Exam, at: datetime) -> None:
    """The exam was yesterday; scoring goes on for three days more."""
    exam.held_on = at.date() - timedelta(days=1)
    exam.scoring_ends_on = at.date() + timedelta(days=3)
    exam.form_due_on = at.date() + timedelta(days=7)


def _add_dependency(session: Session, exam: Exam) -> None:
    rows = {row.label: row for row in session.query(Criterion).filter_by(exam_id=exam.id)}
    rows["4К2"].depends_on_id = rows["4К1"].id
    rows["4К1"].guide = "3 — ошибок нет; 2 — одна ошибка; 1 — две ошибки"
    session.flush()


def _add_images(
    session: Session, store: FileStore, world: World, *, at: datetime, pages: int
) -> None:
    bundle = Bundle(
        exam_id=world.exam.id,
        school_id=world.schools[0].id,
        uploaded_by_id=world.school_coordinator.person_id,
        uploaded_at=at,
    )
    session.add(bundle)
    session.flush()
    template = ExamTemplate(
        exam_id=world.exam.id,
        number=1,
        layout=STANDARD_LAYOUT,
        created_at=at,
        created_by_id=world.coordinator.person_id,
    )
    session.add(template)
    file = BundleFile(
        bundle_id=bundle.id,
        position=1,
        name=FILE_NAME,
        sha256=store.put(UPLOADED),
        size_bytes=len(UPLOADED),
        outcome=FileOutcome.OK,
        pages=pages * len(world.scripts),
    )
    session.add(file)
    session.add(
        Job(
            kind=BUNDLE_JOB,
            key=reading_key(bundle.id, attempt=1),
            payload={"bundle_id": str(bundle.id)},
            state=JobState.DONE,
            created_at=at,
            ended_at=at,
        )
    )
    session.flush()
    for index, script in enumerate(world.scripts):
        for position in range(1, pages + 1):
            _add_image(
                session, store, file, template, script, index * pages + position, position, at=at
            )


def _add_image(
    session: Session,
    store: FileStore,
    file: BundleFile,
    template: ExamTemplate,
    script: Script,
    index: int,
    position: int,
    *,
    at: datetime,
) -> None:
    page = Page(
        file_id=file.id,
        template_id=template.id,
        bundle_id=file.bundle_id,
        index=index,
        kind=PageKind.SCRIPT,
        script_id=script.id,
        page_number=position,
        source=PageSource.DIGITS,
        confidence=1.0,
        candidates=[],
        reading={},
    )
    session.add(page)
    session.flush()
    session.add(
        ScriptImage(
            script_id=script.id,
            page_id=page.id,
            position=position,
            sha256=store.put(draw_page(index)),
            width_px=620,
            height_px=877,
            masks=[],
            created_at=at,
        )
    )
    session.flush()


def add_answers(
    session: Session, store: FileStore, world: World, tasks: Sequence[str], *, page: int = 1
) -> None:
    """Cut one page of every work into answers, one below the other, as its form would name them."""
    query = select(ScriptImage).where(
        ScriptImage.script_id.in_([script.id for script in world.scripts]),
        ScriptImage.position == page,
    )
    for image in session.scalars(query):
        with Image.open(io.BytesIO(store.get(image.sha256))) as picture:
            height = picture.height // len(tasks)
            for place, task in enumerate(tasks):
                out = io.BytesIO()
                top = place * height
                picture.crop((0, top, picture.width, top + height)).save(out, "PNG")
                session.add(
                    ScriptCrop(
                        image_id=image.id,
                        position=place + 1,
                        task=task,
                        sha256=store.put(out.getvalue()),
                        left_px=0,
                        top_px=top,
                        width_px=picture.width,
                        height_px=height,
                    )
                )
    session.flush()


def draw_page(seed: int) -> bytes:
    """A small page with lines of strokes, each page another picture."""
    image = Image.new("L", (620, 877), 250)
    pen = ImageDraw.Draw(image)
    for line in range(12):
        top = 80 + line * 60
        pen.line((40, top + 30, 580, top + 30), fill=200)
        for stroke in range(20):
            left = 50 + stroke * 26
            pen.line(
                (left, top + 25, left + 10, top + (seed * 7 + stroke * line) % 22), fill=60, width=3
            )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
