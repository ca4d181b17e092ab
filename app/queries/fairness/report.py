"""What reports on the fairness of scoring rest on: one exam of a municipality, or of a region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access import REGION_ROLES, Actor, Permission
from app.bridge.places import get_exam_of
from app.bridge.ratings import exam_ratings
from app.bridge.school_results import ExamWorks, exam_works
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Campaign, Exam, FinalResult, Municipality, Script
from app.queries.fairness.hours import SchoolLine, screened
from app.queries.scope import municipality_ids
from scoring.fairness.agreement import Agreement, agreement
from scoring.fairness.sentence import Few, Sentence
from scoring.fairness.shift import Shift, mean_shift

RESAMPLES, SEED = 400, 1
LOWEST_MARK = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Twos:
    """How many works have the mark 2 in the journal and in the exam, of those with both."""

    n: int
    journal: int
    exam: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamReport:
    """One exam of one municipality.

    Attributes:
        exam_id: the exam.
        title: its title.
        municipality: the municipality's name.
        held_on: the day of the exam.
        works: works with final points.
        schools: by name; empty where `lack` says why.
        lack: why schools cannot be compared.
        counts: works at each total.
        boundaries: lowest totals of the marks 3, 4, 5.
        twos: marks 2 here and in the journal.
        agreement: on every criterion, then on the total; empty when nobody handed in.
        shift: the commission's points less those before, over works that it read.
        raised: works whose mark the commission raised.
        lowered: works whose mark it lowered.
    """

    exam_id: UUID
    title: ExamTitle
    municipality: str
    held_on: date
    works: int
    schools: tuple[SchoolLine, ...]
    lack: Sentence | None
    counts: tuple[int, ...]
    boundaries: tuple[int, ...]
    twos: Twos
    agreement: tuple[Agreement, ...]
    shift: Shift | Few
    raised: int
    lowered: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportLine:
    """An exam that has a report."""

    exam_id: UUID
    title: ExamTitle
    municipality: str
    campaign: str
    held_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionLine:
    """A subject of a grade and year, which several municipalities may have held."""

    title: ExamTitle
    year: int
    municipalities: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reports:
    """Everything that a person can have a report on."""

    exams: tuple[ReportLine, ...]
    region: tuple[RegionLine, ...]


def list_reports(session: Session, *, actor: Actor) -> Reports:
    """Exams with final points in the person's municipalities; for a region, subjects too."""
    rows = [
        (exam, campaign, place)
        for exam, campaign, place in session.execute(_with_finals(session, actor))
    ]
    groups: dict[tuple[str, int, int], int] = {}
    for exam, campaign, _ in rows:
        key = (exam.subject, exam.grade, campaign.year)
        groups[key] = groups.get(key, 0) + 1
    return Reports(
        exams=tuple(
            ReportLine(
                exam_id=exam.id,
                title=title_of(exam),
                municipality=place.name,
                campaign=campaign.name,
                held_on=exam.held_on,
            )
            for exam, campaign, place in rows
        ),
        region=tuple(
            RegionLine(title=ExamTitle(subject=subject, grade=grade), year=year, municipalities=n)
            for (subject, grade, year), n in sorted(groups.items())
        )
        if _sees_region(actor)
        else (),
    )


def _with_finals(session: Session, actor: Actor) -> Select[Exam, Campaign, Municipality]:
    places = municipality_ids(session, actor=actor, permission=Permission.WATCH)
    finals = (
        select(FinalResult.id)
        .join(Script, Script.id == FinalResult.script_id)
        .where(Script.exam_id == Exam.id)
    )
    return (
        select(Exam, Campaign, Municipality)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(Municipality, Municipality.id == Campaign.municipality_id)
        .where(Campaign.municipality_id.in_(places), finals.exists())
        .order_by(Municipality.name, Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )


def get_exam_report(session: Session, *, exam_id: UUID, actor: Actor) -> ExamReport | None:
    """The report on one exam; None before it has a scale of marks and results.

    Raises:
        NotYours: there is no such exam, or it is of another municipality.
    """
    exam = get_exam_of(session, exam_id=exam_id, permission=Permission.WATCH, by=actor)
    return _report(session, exam)


def list_region_report(
    session: Session, *, subject: str, grade: int, year: int, actor: Actor
) -> tuple[ExamReport, ...]:
    """The same exam in every municipality that has results of it, by the municipality's name.

    Raises:
        NotYours: the person does not see the region, or nobody held such an exam.
    """
    if not _sees_region(actor):
        raise NotYours
    query = _with_finals(session, actor).where(
        Exam.subject == subject, Exam.grade == grade, Campaign.year == year
    )
    exams = [exam for exam, _, _ in session.execute(query)]
    if not exams:
        raise NotYours
    return tuple(one for exam in exams if (one := _report(session, exam)) is not None)


def _sees_region(actor: Actor) -> bool:
    return any(grant.role in REGION_ROLES for grant in actor.roles_for(Permission.WATCH))


def _report(session: Session, exam: Exam) -> ExamReport | None:
    data = exam_works(session, exam)
    if data is None:
        return None
    found = screened(data)
    ratings = exam_ratings(session, exam_id=exam.id)
    raised, lowered = _changed_marks(data)
    return ExamReport(
        exam_id=exam.id,
        title=title_of(exam),
        municipality=exam.campaign.municipality.name,
        held_on=exam.held_on,
        works=len(data.works),
        schools=() if isinstance(found, Few) else found,
        lack=found.why if isinstance(found, Few) else None,
        counts=tuple(np.bincount(data.totals.total, minlength=data.totals.most + 1).tolist()),
        boundaries=data.totals.boundaries,
        twos=_twos(data),
        agreement=() if ratings is None else agreement(ratings, seed=SEED, resamples=RESAMPLES),
        shift=mean_shift(
            [one.rechecked - one.total for one in data.works if one.rechecked is not None]
        ),
        raised=raised,
        lowered=lowered,
    )


def _changed_marks(data: ExamWorks) -> tuple[int, int]:
    edges = data.totals.boundaries
    changes = [
        int(
            np.searchsorted(edges, one.rechecked, "right")
            - np.searchsorted(edges, one.total, "right")
        )
        for one in data.works
        if one.rechecked is not None
    ]
    return sum(one > 0 for one in changes), sum(one < 0 for one in changes)


def _twos(data: ExamWorks) -> Twos:
    known = [one for one in data.works if one.previous_mark is not None]
    return Twos(
        n=len(known),
        journal=sum(one.previous_mark == LOWEST_MARK for one in known),
        exam=sum(one.total < data.totals.boundaries[0] for one in known),
    )
