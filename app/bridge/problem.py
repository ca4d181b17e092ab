"""Rows -> the assignment library's Problem: an exam under a scheme, or what one school received."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as lib
from app.bridge.experts import Appointed, appointed_experts, to_experts
from app.bridge.options import PlanOptions
from app.bridge.readings import Reading, exam_readings, taken_capacity
from app.errors import Refusal
from app.models import (
    ControlWork,
    Exam,
    Participant,
    Plan,
    PlanRow,
    Scheme,
    School,
    SchoolClass,
    Script,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A published script and where it comes from."""

    script_id: UUID
    participant_id: UUID
    class_id: UUID
    school_id: UUID


def exam_problem(
    session: Session,
    *,
    exam: Exam,
    scheme: Scheme,
    options: PlanOptions,
    planned: Mapping[UUID, int] | None = None,
) -> lib.Problem:
    """All published scripts of an exam and the experts whom the scheme and the options allow.

    Experts who left while they hold unfinished scripts of the exam are in it as dropped.

    Args:
        session: the session.
        exam: the exam.
        scheme: the scheme.
        options: the coordinator's ticks.
        planned: readings that a plan has for a script, where they are more than the exam's number.

    Raises:
        Refusal: whole schools are asked for, and a script has several readings.
    """
    scripts = published_scripts(session, exam_id=exam.id)
    readings = exam_readings(session, exam_id=exam.id)
    experts = [
        one
        for one in appointed_experts(session, exam=exam, readings=readings)
        if in_scheme(one, scheme, options)
    ]
    more = planned or {}
    wanted = {
        row.script_id: max(exam.experts_per_script, more.get(row.script_id, 0)) for row in scripts
    }
    return _problem(session, exam, scheme, options, scripts, wanted, experts, readings)


def school_problem(session: Session, *, parent: Plan, school_id: UUID) -> lib.Problem:
    """What a school received by a published plan, and that school's experts alone."""
    exam, options = parent.exam, PlanOptions.from_json(parent.options)
    rows = list(session.scalars(select(PlanRow).where(PlanRow.plan_id == parent.id)))
    wanted = Counter(row.script_id for row in rows if row.school_id == school_id)
    scripts = [
        row for row in published_scripts(session, exam_id=exam.id) if row.script_id in wanted
    ]
    readings = exam_readings(session, exam_id=exam.id)
    experts = [
        one
        for one in appointed_experts(session, exam=exam, readings=readings)
        if _works_for(one, school_id, parent.scheme)
    ]
    made = _problem(session, exam, parent.scheme, options, scripts, wanted, experts, readings)
    return _apart_from_sisters(made, rows, school_id) if exam.distinct_schools else made


def published_scripts(session: Session, *, exam_id: UUID) -> list[Published]:
    """The exam's published scripts, in the order of their keys.

    A work whose points the chair has agreed before anybody had it is settled: nobody is planned
    for it.
    """
    settled = select(ControlWork.script_id).where(ControlWork.settles)
    query = (
        select(Script.id, Participant.id, Participant.class_id, Participant.school_id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(
            Script.exam_id == exam_id,
            Script.published_at.is_not(None),
            Script.id.not_in(settled),
        )
        .order_by(Script.id)
    )
    return [
        Published(script_id=script, participant_id=who, class_id=of_class, school_id=school)
        for script, who, of_class, school in session.execute(query)
    ]


def in_scheme(expert: Appointed, scheme: Scheme, options: PlanOptions) -> bool:
    """Whether the scheme and the options draw the expert in at all."""
    if scheme is not Scheme.MUNICIPAL or expert.in_commission:
        return True
    return options.all_qualified and (expert.participating or options.allow_external)


def _works_for(expert: Appointed, school_id: UUID, scheme: Scheme) -> bool:
    if scheme is Scheme.IN_SCHOOL:
        return school_id in expert.workplaces
    return expert.school_id == school_id


def _problem(
    session: Session,
    exam: Exam,
    scheme: Scheme,
    options: PlanOptions,
    scripts: Sequence[Published],
    wanted: Mapping[UUID, int],
    experts: Sequence[Appointed],
    readings: Sequence[Reading],
) -> lib.Problem:
    done = [reading for reading in readings if reading.finished_by_leaver]
    finished = Counter(reading.script_id for reading in done)
    left = [row for row in scripts if wanted[row.script_id] > finished[row.script_id]]
    taken = taken_capacity(session, exam=exam, planned={row.script_id for row in scripts})
    barred = _earlier_readers(readings)
    rules = _rules(exam, scheme, options)
    work = lib.Exam(id=str(exam.id), subject=exam.subject, on=exam.held_on)
    return lib.Problem(
        rules=rules,
        exams=(work,),
        schools=library_schools(session, experts, homes=[row.school_id for row in left]),
        classes=_classes(session, left),
        scripts=tuple(
            lib.Script(
                code=str(row.script_id),
                class_id=str(row.class_id),
                exam=str(exam.id),
                k=wanted[row.script_id] - finished[row.script_id],
                exclude=barred.get(row.script_id, ()),
            )
            for row in left
        ),
        experts=to_experts(
            experts,
            exam=work,
            rules=rules,
            taken=taken,
            script_of={row.participant_id: row.script_id for row in scripts},
            own_schools=frozenset(row.school_id for row in left),
        ),
        dropped=frozenset(str(one.id) for one in experts if one.withdrawn),
    )


def _rules(exam: Exam, scheme: Scheme, options: PlanOptions) -> lib.Rules:
    routing = _routing(scheme, options)
    if routing is lib.RoutingMode.WHOLE and exam.experts_per_script > 1:
        raise Refusal(
            "Все работы ОО уходят в одну другую ОО, только когда у каждой работы одна проверка."
            " Снимите это условие или ограничьте число ОО-получателей."
        )
    return lib.Rules(
        scheme=lib.Scheme(scheme.value),
        k=exam.experts_per_script,
        distinct_schools=exam.distinct_schools,
        own_class=lib.OwnClass.FORBID if options.forbid_own_class else lib.OwnClass.AVOID,
        reciprocity=_reciprocity(scheme, options),
        routing=routing,
        allow_external=options.allow_external or scheme is Scheme.MUNICIPAL,
        max_receivers=_receivers(scheme, options),
    )


def _reciprocity(scheme: Scheme, options: PlanOptions) -> lib.Reciprocity:
    if scheme is not Scheme.CROSS_SCHOOL:
        return lib.Reciprocity.ALLOW
    return lib.Reciprocity.FORBID if options.forbid_mutual else lib.Reciprocity.AVOID


def _routing(scheme: Scheme, options: PlanOptions) -> lib.RoutingMode:
    whole = options.whole_schools and scheme is Scheme.CROSS_SCHOOL
    return lib.RoutingMode.WHOLE if whole else lib.RoutingMode.SPLIT


def _receivers(scheme: Scheme, options: PlanOptions) -> int | None:
    limited = scheme is Scheme.CROSS_SCHOOL and not options.whole_schools
    return options.most_receivers or None if limited else None


def library_schools(
    session: Session, experts: Iterable[Appointed], *, homes: Iterable[UUID]
) -> tuple[lib.School, ...]:
    """Schools where experts work and where scripts come from, by key."""
    named = {school for one in experts for school in one.workplaces}.union(homes)
    query = select(School).where(School.id.in_(named)).order_by(School.id)
    return tuple(
        lib.School(id=str(row.id), participating=row.participating)
        for row in session.scalars(query)
    )


def _classes(session: Session, scripts: Iterable[Published]) -> tuple[lib.Class, ...]:
    named = {row.class_id for row in scripts}
    query = select(SchoolClass).where(SchoolClass.id.in_(named)).order_by(SchoolClass.id)
    return tuple(
        lib.Class(id=str(row.id), school=str(row.school_id)) for row in session.scalars(query)
    )


def _earlier_readers(readings: Iterable[Reading]) -> dict[UUID, tuple[str, ...]]:
    """Who has read a script in another round, or before his work was taken back."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for reading in readings:
        current = reading.active and reading.place is not None and not reading.finished_by_leaver
        if not current and (reading.active or reading.begun):
            found[reading.script_id].add(str(reading.expert_id))
    return {script: tuple(sorted(experts)) for script, experts in found.items()}


def _apart_from_sisters(
    problem: lib.Problem, rows: Iterable[PlanRow], school_id: UUID
) -> lib.Problem:
    """Keep off a script every expert who also works where its other reading went."""
    elsewhere: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.school_id != school_id:
            elsewhere[str(row.script_id)].add(str(row.school_id))
    return replace(
        problem,
        scripts=tuple(
            replace(script, exclude=_without(script, problem.experts, elsewhere[script.code]))
            for script in problem.scripts
        ),
    )


def _without(
    script: lib.Script, experts: Iterable[lib.Expert], schools: Collection[str]
) -> tuple[str, ...]:
    shared = {one.id for one in experts if not set(one.workplaces).isdisjoint(schools)}
    return tuple(sorted(shared.union(script.exclude)))
