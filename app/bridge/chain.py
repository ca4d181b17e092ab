"""The chain of every school and exam, from the application to the acts, counted in one query."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, select

from app.bridge.corrected import corrected_by_place
from app.bridge.scripts import is_away, is_work
from app.models import (
    AfterResults,
    AfterStep,
    Bundle,
    Campaign,
    DeskCount,
    Exam,
    ExamApplication,
    ExamEntry,
    FinalResult,
    FormVersion,
    Observer,
    ObserverAct,
    ObserverVisit,
    Page,
    Participant,
    Plan,
    PlanLevel,
    PlanRow,
    PlanState,
    Questionnaire,
    School,
    SchoolClass,
    Script,
)


class Link(StrEnum):
    """The links of the chain, in their order."""

    APPLICATION = "application"
    QUESTIONNAIRE = "questionnaire"
    TIMETABLE = "timetable"
    CODES = "codes"
    SCANS = "scans"
    IDENTIFIED = "identified"
    PLANNED = "planned"
    SCORED = "scored"
    FORM = "form"
    ACTS = "acts"
    FAMILIES = "families"
    ANALYSIS = "analysis"


COUNTS = (
    *("applied", "questionnaires", "timetables", "codes", "absent", "bundles", "waiting"),
    *("scripts", "planned", "final", "released", "loaded", "visits", "acts"),
    *("families", "analyses", "corrected"),
)
"""Columns that are counted; `released` and `loaded` are numbers of versions of the form."""

_HELD_ON = func.coalesce(ExamApplication.held_on, Exam.held_on)


def live_counts(municipality_ids: Iterable[UUID]) -> Select[*tuple[Any, ...]]:
    """A row for every school and exam of some municipalities, counted from the rows themselves.

    A school is expected at an exam when it takes part in this year's checks and has applied, or
    has a class or codes in the exam's grade.
    """
    places = list(municipality_ids)
    exams = select(Exam.id).join(Campaign).where(Campaign.municipality_id.in_(places))
    classes, codes, visits = _classes(places), _codes(places), _visits(places)
    counted = {name: _of_pair(query) for name, query in _queries(exams).items()}
    forms, after = _of_pair(_forms(exams)), _of_pair(_after(exams))
    query = select(
        *_declared(),
        _count(codes).label("codes"),
        *(_count(counted[name]).label(name) for name in counted),
        *_sums(forms, "released", "loaded"),
        *_sums(visits, "visits", "acts"),
        *_sums(after, "families", "analyses"),
    )
    query = _of_places(_pairs(query), classes, codes, visits)
    for found in (*counted.values(), forms, after):
        query = query.outerjoin(
            found, (found.c.exam_id == Exam.id) & (found.c.school_id == School.id)
        )
    expected = (
        ExamApplication.id.is_not(None)
        | classes.c.school_id.is_not(None)
        | codes.c.school_id.is_not(None)
    )
    return query.where(Campaign.municipality_id.in_(places), School.participating, expected)


def _declared() -> tuple[ColumnElement[Any], ...]:
    """Which school and exam a row is of, and what the school declared of the exam."""
    return (
        Exam.id.label("exam_id"),
        School.id.label("school_id"),
        Campaign.municipality_id.label("municipality_id"),
        _HELD_ON.label("held_on"),
        func.coalesce(ExamApplication.participants, 0).label("applied"),
        _flag(Questionnaire.id.is_not(None)).label("questionnaires"),
        _flag(ExamApplication.held_on.is_not(None)).label("timetables"),
    )


def _pairs(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """From every exam and school of a municipality, with the rows that the school declared."""
    return (
        query.select_from(Campaign)
        .join(Exam, Exam.campaign_id == Campaign.id)
        .join(School, School.municipality_id == Campaign.municipality_id)
        .outerjoin(
            ExamApplication,
            (ExamApplication.exam_id == Exam.id) & (ExamApplication.school_id == School.id),
        )
        .outerjoin(
            Questionnaire,
            (Questionnaire.campaign_id == Campaign.id) & (Questionnaire.school_id == School.id),
        )
    )


def _of_places(
    query: Select[*tuple[Any, ...]], classes: Subquery, codes: Subquery, visits: Subquery
) -> Select[*tuple[Any, ...]]:
    """With what is counted by grade or by day and not by exam."""
    in_grade = (codes.c.school_id == School.id) & (codes.c.grade == Exam.grade)
    on_day = (visits.c.school_id == School.id) & (visits.c.day == _HELD_ON)
    return (
        query.outerjoin(
            classes, (classes.c.school_id == School.id) & (classes.c.grade == Exam.grade)
        )
        .outerjoin(codes, (codes.c.campaign_id == Campaign.id) & in_grade)
        .outerjoin(visits, (visits.c.campaign_id == Campaign.id) & on_day)
    )


def kept_counts(municipality_ids: Iterable[UUID]) -> Select[*tuple[Any, ...]]:
    """The same rows as they were counted last."""
    names = ("exam_id", "school_id", "municipality_id", "held_on", *COUNTS)
    return select(*(getattr(DeskCount, name) for name in names)).where(
        DeskCount.municipality_id.in_(list(municipality_ids))
    )


def done(link: Link, pair: Subquery) -> ColumnElement[bool]:
    """Whether a link of a pair's chain is done, as a condition on its counts."""
    row = pair.c
    identified = (row.codes > 0) & (row.waiting == 0) & (row.scripts + row.absent >= row.codes)
    table: dict[Link, ColumnElement[bool]] = {
        Link.APPLICATION: row.applied > 0,
        Link.QUESTIONNAIRE: row.questionnaires > 0,
        Link.TIMETABLE: row.timetables > 0,
        Link.CODES: (row.codes > 0) & (row.codes >= row.applied),
        Link.SCANS: (row.bundles > 0) | (row.scripts > 0) | _all_absent(pair),
        Link.IDENTIFIED: identified,
        Link.PLANNED: identified & (row.planned >= row.scripts),
        Link.SCORED: identified & (row.final >= row.scripts),
        Link.FORM: (row.released > 0) & (row.loaded == row.released) & (row.corrected == 0),
        Link.ACTS: (row.visits > 0) & (row.acts >= row.visits),
        Link.FAMILIES: row.families > 0,
        Link.ANALYSIS: row.analyses > 0,
    }
    return table[link]


def _all_absent(pair: Subquery) -> ColumnElement[bool]:
    return (pair.c.codes > 0) & (pair.c.absent >= pair.c.codes)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal(1)), else_=literal(0))


def _sums(found: Subquery, *names: str) -> tuple[ColumnElement[int], ...]:
    return tuple(func.coalesce(found.c[name], 0).label(name) for name in names)


def _count(found: Subquery) -> ColumnElement[int]:
    return func.coalesce(found.c.found, 0)


def _of_pair(query: Select[*tuple[Any, ...]]) -> Subquery:
    return query.subquery()


def _classes(places: list[UUID]) -> Subquery:
    return (
        select(SchoolClass.school_id, SchoolClass.grade)
        .join(School)
        .where(School.municipality_id.in_(places))
        .distinct()
        .subquery()
    )


def _codes(places: list[UUID]) -> Subquery:
    return (
        select(
            Participant.campaign_id,
            Participant.school_id,
            SchoolClass.grade,
            func.count().label("found"),
        )
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .join(Campaign, Campaign.id == Participant.campaign_id)
        .where(Campaign.municipality_id.in_(places))
        .group_by(Participant.campaign_id, Participant.school_id, SchoolClass.grade)
        .subquery()
    )


def _queries(exams: Select[UUID]) -> dict[str, Select[*tuple[Any, ...]]]:
    """What is counted by exam and school, each in a query of its own."""
    scripts = (
        select(Script.exam_id, Participant.school_id, func.count().label("found"))
        .join(Participant, Participant.id == Script.participant_id)
        .where(Script.exam_id.in_(exams), is_work())
        .group_by(Script.exam_id, Participant.school_id)
    )
    once = func.count(Script.id.distinct()).label("found")
    of_script = (
        select(Script.exam_id, Participant.school_id, once)
        .join(Participant, Participant.id == Script.participant_id)
        .where(Script.exam_id.in_(exams))
        .group_by(Script.exam_id, Participant.school_id)
    )
    bundles = (
        select(Bundle.exam_id, Bundle.school_id, func.count().label("found"))
        .where(Bundle.exam_id.in_(exams))
        .group_by(Bundle.exam_id, Bundle.school_id)
    )
    absent = (
        select(ExamEntry.exam_id, Participant.school_id, func.count().label("found"))
        .join(Participant, Participant.id == ExamEntry.participant_id)
        .where(ExamEntry.exam_id.in_(exams), is_away())
        .group_by(ExamEntry.exam_id, Participant.school_id)
    )
    return {
        "absent": absent,
        "bundles": bundles,
        "waiting": bundles.join(Page, Page.bundle_id == Bundle.id).where(Page.needs_person),
        "scripts": scripts,
        "planned": of_script.join(PlanRow, PlanRow.script_id == Script.id)
        .join(Plan, Plan.id == PlanRow.plan_id)
        .where(
            Plan.level == PlanLevel.MUNICIPAL,
            Plan.state == PlanState.PUBLISHED,
            PlanRow.school_id.is_not(None) | PlanRow.expert_id.is_not(None),
        ),
        "final": of_script.join(FinalResult, FinalResult.script_id == Script.id),
        "corrected": corrected_by_place().where(Script.exam_id.in_(exams)),
    }


def _forms(exams: Select[UUID]) -> Select[*tuple[Any, ...]]:
    loaded = case((FormVersion.loaded_at.is_not(None), FormVersion.number), else_=literal(0))
    return (
        select(
            FormVersion.exam_id,
            FormVersion.school_id,
            func.max(FormVersion.number).label("released"),
            func.max(loaded).label("loaded"),
        )
        .where(FormVersion.exam_id.in_(exams))
        .group_by(FormVersion.exam_id, FormVersion.school_id)
    )


def _after(exams: Select[UUID]) -> Select[*tuple[Any, ...]]:
    steps = {"families": AfterStep.FAMILIES, "analyses": AfterStep.ANALYSIS}
    return (
        select(
            AfterResults.exam_id,
            AfterResults.school_id,
            *(
                func.sum(_flag(AfterResults.step == step)).label(name)
                for name, step in steps.items()
            ),
        )
        .where(AfterResults.exam_id.in_(exams))
        .group_by(AfterResults.exam_id, AfterResults.school_id)
    )


def _visits(places: list[UUID]) -> Subquery:
    return (
        select(
            Observer.campaign_id,
            ObserverVisit.school_id,
            ObserverVisit.day,
            func.count(ObserverVisit.id.distinct()).label("visits"),
            func.count(ObserverAct.visit_id.distinct()).label("acts"),
        )
        .join(Observer, Observer.id == ObserverVisit.observer_id)
        .join(Campaign, Campaign.id == Observer.campaign_id)
        .outerjoin(ObserverAct, ObserverAct.visit_id == ObserverVisit.id)
        .where(Campaign.municipality_id.in_(places), ObserverVisit.withdrawn_at.is_(None))
        .group_by(Observer.campaign_id, ObserverVisit.school_id, ObserverVisit.day)
        .subquery()
    )
