"""What a draft would change of what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.names import Names, class_of_scripts, script_numbers
from app.bridge.plans import names_of
from app.bridge.readings import Reading
from app.models import Plan, PlanLevel, PlanRow, Scheme
from assignment import Sentence

Place = tuple[UUID, int]
Keys = tuple[UUID | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeView:
    """A reading that passes to another school or expert; None: nobody has it."""

    number: int
    of_class: str | Sentence
    before: str | None
    after: str | None


def list_changes(
    session: Session, *, plan: Plan, rows: Sequence[PlanRow], readings: Sequence[Reading]
) -> tuple[ChangeView, ...]:
    """The differences to the standing plan, by script; nothing when none stands."""
    held = {row.place: row.expert_id for row in readings if row.active and row.place is not None}
    routed = plan.level is PlanLevel.MUNICIPAL and plan.scheme is not Scheme.MUNICIPAL
    before, after = _routes(session, plan, rows, held) if routed else _holders(plan, rows, held)
    if not before:
        return ()
    return _views(session, plan, before, after)


def _holders(
    plan: Plan, rows: Sequence[PlanRow], held: Mapping[Place, UUID]
) -> tuple[dict[Place, Keys], dict[Place, Keys]]:
    """Reading -> its expert, now and then; a school's draft speaks of its own readings alone."""
    after: dict[Place, Keys] = {(row.script_id, row.position): (row.expert_id,) for row in rows}
    return {
        place: (expert,)
        for place, expert in held.items()
        if plan.school_id is None or place in after
    }, after


def _routes(
    session: Session, plan: Plan, rows: Sequence[PlanRow], held: Mapping[Place, UUID]
) -> tuple[dict[Place, Keys], dict[Place, Keys]]:
    """Reading -> its school and, where it stands, its expert; then as the draft has it."""
    standing = session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.replaces_id))
    before: dict[Place, Keys] = {
        (row.script_id, row.position): (row.school_id, held.get((row.script_id, row.position)))
        for row in standing
    }
    after: dict[Place, Keys] = {
        (row.script_id, row.position): (
            row.school_id,
            row.expert_id if held.get((row.script_id, row.position)) == row.expert_id else None,
        )
        for row in rows
    }
    return before, after


def _views(
    session: Session, plan: Plan, before: Mapping[Place, Keys], after: Mapping[Place, Keys]
) -> tuple[ChangeView, ...]:
    names = names_of(session, plan)
    numbers = script_numbers(session, exam_id=plan.exam_id)
    classes = class_of_scripts(session, exam_id=plan.exam_id)
    found = [
        ChangeView(
            number=numbers[place[0]],
            of_class=names.said(classes[place[0]]),
            before=_told(names, before.get(place, ())),
            after=_told(names, after.get(place, ())),
        )
        for place in {*before, *after}
        if before.get(place) != after.get(place)
    ]
    return tuple(sorted(found, key=_order))


def _told(names: Names, keys: Keys) -> str | None:
    return ", ".join(names.of(key) for key in keys if key is not None) or None


def _order(change: ChangeView) -> tuple[int, str, str]:
    return change.number, change.before or "", change.after or ""
