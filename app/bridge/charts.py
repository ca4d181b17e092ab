"""Controls of an expert -> the library's live chart, where his qualification gave it a baseline."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.bridge.controls import verdict_of
from app.models import ControlReading, Round
from scoring import worth
from scoring.fairness.control import Chart, Control, Kind, Signal, baselines, step


def control_signal(session: Session, readings: Sequence[ControlReading]) -> Signal | None:
    """What the chart of one expert's controls asks for.

    Args:
        session: the database.
        readings: his controls of one exam in the order of handing in.

    Returns:
        None while he has not ten qualifying works: then there is no chart.
    """
    judged = [row for row in readings if row.judged_at is not None]
    controls = [_control(session, row, place) for place, row in enumerate(judged)]
    baseline = baselines([one for one in controls if one.kind is Kind.QUALIFICATION])
    if not baseline:
        return None
    (own,) = baseline.values()
    chart = Chart(baseline=own)
    for one in controls:
        if one.kind is Kind.CONTROL:
            chart = step(chart, one)
    return chart.signal


def _control(session: Session, reading: ControlReading, place: int) -> Control:
    verdict = verdict_of(session, reading)
    if verdict is None:
        raise RuntimeError("a control that was judged has its sheet")
    qualifying = reading.assignment.round is Round.QUALIFICATION
    return Control(
        expert=str(reading.assignment.expert_id),
        place=place,
        kind=Kind.QUALIFICATION if qualifying else Kind.CONTROL,
        points=sum(worth(one.given) for one in verdict.criteria),
        reference=sum(worth(one.agreed) for one in verdict.criteria),
    )
