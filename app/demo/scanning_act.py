"""The second act: scripts are written, scanned, read, decided where in doubt, handed over."""

from __future__ import annotations

import io
import multiprocessing
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor
from app.demo import cast
from app.demo.setting import codes_of
from app.demo.stage import SEED, Stage
from app.jobs.pool import Worker
from app.models import (
    Bundle,
    BundleFile,
    Exam,
    FileOutcome,
    Page,
    PageKind,
    Participant,
    School,
    SchoolClass,
    Script,
)
from app.services import entries, identification, intake, readiness
from app.settings import Settings
from scanning.practice import (
    BundleFormat,
    PageTruth,
    PracticeSet,
    PracticeSpec,
    Scanner,
    Trap,
    make_practice_set,
)

FORMATS = (
    BundleFormat.PDF,
    BundleFormat.TIFF,
    BundleFormat.JPEG,
    BundleFormat.PDF,
    BundleFormat.PNG,
)
TRAPS = frozenset(
    {
        Trap.BLANK_BACKS,
        Trap.UPSIDE_DOWN,
        Trap.SCRIBBLED_CODE,
        Trap.FOREIGN_PAGE,
        Trap.DUPLICATE_PAGE,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """The scripts of one class in one exam, as they will be scanned."""

    exam_id: UUID
    school_id: UUID
    class_id: UUID
    spec: PracticeSpec
    seed: int


def scan_everything(stage: Stage) -> None:
    """Every pile is made, uploaded, read in the background, decided and handed over."""
    piles = _piles(stage)
    truths: dict[tuple[UUID, UUID], dict[tuple[str, int], PageTruth]] = defaultdict(dict)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        made = pool.map(_make, piles)
        for number, (pile, practice) in enumerate(zip(piles, made, strict=True), start=1):
            stage.tell("сканируем", number, len(piles))
            _upload(stage, pile, practice)
            truths[pile.exam_id, pile.school_id].update(
                {(page.file, page.index): page for page in practice.pages}
            )
    _work_off(stage, "читаем сканы")
    _count_pages(stage)
    for number, (place, truth) in enumerate(truths.items(), start=1):
        stage.tell("решаем сомнительные", number, len(truths))
        _decide(stage, *place, truth)
    _work_off(stage, "готовим работы для экспертов")
    for exam_id, school_id in truths:
        _hand_over(stage, exam_id, school_id)


def _make(pile: Pile) -> PracticeSet:
    return make_practice_set(pile.spec, seed=pile.seed)


def _piles(stage: Stage) -> list[Pile]:
    with stage.database.reading() as session:
        return [
            _pile(stage, session, exam, of_class)
            for exam in (session.get_one(Exam, exam_id) for exam_id in stage.exams)
            for of_class in _classes(session, exam)
        ]


def _classes(session: Session, exam: Exam) -> list[SchoolClass]:
    query = (
        select(SchoolClass)
        .join(School, School.id == SchoolClass.school_id)
        .where(SchoolClass.grade == exam.grade)
        .order_by(School.login, SchoolClass.letter)
    )
    return list(session.scalars(query))


def _pile(stage: Stage, session: Session, exam: Exam, of_class: SchoolClass) -> Pile:
    school_id, number = of_class.school_id, stage.schools.index(of_class.school_id)
    codes = codes_of(session, of_class, stage.campaign_id)
    spec = PracticeSpec(
        pupils=cast.PUPILS_IN_CLASS - 1,
        pages=exam.pages_expected or 1,
        issued=codes,
        traps=TRAPS if number == 0 else frozenset({Trap.UPSIDE_DOWN}),
        qr_share=0.3,
        scanner=Scanner(dpi=150),
        bundle=FORMATS[number % len(FORMATS)],
        subject=exam.subject,
        grade=exam.grade,
        variant=1 + number % 2,
        file_stem=f"{of_class.grade}{of_class.letter}",
    )
    seed = SEED + 1000 * stage.exams.index(exam.id) + 10 * number + ord(of_class.letter) % 10
    return Pile(exam_id=exam.id, school_id=school_id, class_id=of_class.id, spec=spec, seed=seed)


def _upload(stage: Stage, pile: Pile, practice: PracticeSet) -> None:
    stored = []
    for file in practice.files:
        digest, size = stage.store.put_stream(io.BytesIO(file.content))
        stored.append(intake.StoredFile(name=file.name, sha256=digest, size_bytes=size))
    with stage.database.transaction() as session:
        by = stage.actor(session, session.get_one(School, pile.school_id).login)
        intake.receive_bundle(
            session,
            exam_id=pile.exam_id,
            school_id=pile.school_id,
            class_id=pile.class_id,
            files=stored,
            by=by,
            at=stage.now(),
        )


def _work_off(stage: Stage, what: str) -> None:
    """Do every waiting job, with two workers as on two cores."""
    stage.tell(what, 0, 1)
    stage.database.dispose()
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(stage.settings,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    stage.tell(what, 1, 1)


def _work(settings: Settings) -> None:
    Worker(settings=settings, now=clock.now).run_all()


def _count_pages(stage: Stage) -> None:
    with stage.database.reading() as session:
        pages = session.scalar(select(func.count(Page.id))) or 0
        left = session.scalar(select(func.count(Page.id)).where(Page.needs_person)) or 0
        refused = select(func.count(BundleFile.id)).where(
            BundleFile.outcome == FileOutcome.REJECTED
        )
        stage.summary.refused = session.scalar(refused) or 0
    stage.summary.pages, stage.summary.left = pages, left
    stage.summary.named = pages - left


def _decide(
    stage: Stage, exam_id: UUID, school_id: UUID, truth: dict[tuple[str, int], PageTruth]
) -> None:
    """Decide waiting pages as a coordinator with the paper in hand would."""
    with stage.database.transaction() as session:
        by = stage.actor(session, session.get_one(School, school_id).login)
        query = (
            select(Page, BundleFile.name)
            .join(BundleFile, BundleFile.id == Page.file_id)
            .join(Bundle, Bundle.id == Page.bundle_id)
            .where(Bundle.exam_id == exam_id, Bundle.school_id == school_id, Page.needs_person)
            .order_by(BundleFile.position, Page.index)
        )
        for page, name in session.execute(query).all():
            if page.needs_person:
                _decide_page(stage, session, page, truth[name, page.index], by)


def _decide_page(stage: Stage, session: Session, page: Page, known: PageTruth, by: Actor) -> None:
    if known.kind == "script" and known.code is not None:
        identification.assign_page(
            session,
            page_id=page.id,
            version=page.version,
            code=known.code,
            page_number=known.page,
            follow=False,
            replace=False,
            by=by,
            at=stage.now(),
        )
    else:
        identification.set_page_aside(
            session,
            page_id=page.id,
            version=page.version,
            kind=PageKind(known.kind) if known.kind != "script" else PageKind.FOREIGN,
            by=by,
            at=stage.now(),
        )


def _hand_over(stage: Stage, exam_id: UUID, school_id: UUID) -> None:
    """Variants and absences are entered, then every script goes out."""
    at = stage.now()
    with stage.database.transaction() as session:
        by = stage.actor(session, session.get_one(School, school_id).login)
        _enter(stage, session, exam_id, school_id, by)
        incomplete = {
            script.id: "страница не найдена в пачке"
            for script in session.scalars(select(Script).where(Script.exam_id == exam_id))
            if script.participant.school_id == school_id
            and len(script.pages) != script.exam.pages_expected
        }
        readiness.publish_scripts(
            session, exam_id=exam_id, school_id=school_id, incomplete=incomplete, by=by, at=at
        )


def _enter(stage: Stage, session: Session, exam_id: UUID, school_id: UUID, by: Actor) -> None:
    """The variant of every script, the absent, and last term's marks from the journal."""
    exam = session.get_one(Exam, exam_id)
    variant = 1 + stage.schools.index(school_id) % 2
    query = (
        select(Participant, Script.id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .outerjoin(Script, (Script.participant_id == Participant.id) & (Script.exam_id == exam_id))
        .where(Participant.school_id == school_id, SchoolClass.grade == exam.grade)
        .order_by(Participant.code)
    )
    lines = [
        entries.Entry(
            participant_id=participant.id,
            variant=variant if script_id else None,
            absent=script_id is None,
            previous_mark=3 + place % 3,
        )
        for place, (participant, script_id) in enumerate(session.execute(query))
    ]
    entries.record_entries(
        session, exam_id=exam_id, school_id=school_id, entries=lines, by=by, at=stage.now()
    )
