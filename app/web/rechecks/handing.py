"""Chosen works on their way to the commission: what it cannot do in time is told before."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    today,
    transaction,
)


def hand_over_chosen(
    script_ids: Sequence[UUID], opening: services.Opening, *, back: str
) -> str | Response:
    """Hand the works over in one action; where the commission would be late, ask once more.

    Args:
        script_ids: the works.
        opening: on what ground, and why.
        back: the page of the choice.

    Returns:
        The question, or the way to the page of the hand-over (back to the choice if refused).
    """
    asked = None if is_despite() else _question(script_ids, opening, back)
    if asked is not None:
        return asked
    with refusals_flashed(), transaction() as session:
        opened = services.hand_over(
            session,
            store=installation().store,
            script_ids=script_ids,
            opening=opening,
            by=actor(),
            at=now(),
        )
        tell(opened)
        back = url_for("rechecks.handover", handover_id=opened.handover.id)
    return redirect(back)


def is_despite() -> bool:
    """Whether the person has seen the shortage and goes on all the same."""
    return "despite" in request.form


def ask_despite(
    forecast: queries.Forecast | None, script_ids: Sequence[UUID], back: str
) -> str | None:
    """The page that tells the shortage and asks; None where all can be done in time."""
    if forecast is None or not forecast.short:
        return None
    return render_template("rechecks/short.html", forecast=forecast, chosen=script_ids, back=back)


def tell(opened: services.Opened) -> None:
    """Say what was handed over, and what was left out."""
    say(
        "Передано работ: %(count)s. Акт готов, срок до %(due)s.",
        count=opened.handover.works,
        due=f"{opened.handover.due_on:%d.%m.%Y}",
    )
    if opened.not_final + opened.already_open:
        say(
            "Не переданы: без итоговых баллов — %(not_final)s, уже у комиссии — %(open)s.",
            "warning",
            not_final=opened.not_final,
            open=opened.already_open,
        )


def _question(script_ids: Sequence[UUID], opening: services.Opening, back: str) -> str | None:
    with reading() as session:
        forecast = queries.forecast_opening(
            session,
            actor=actor(),
            script_ids=script_ids,
            method=opening.method,
            received_on=opening.received_on,
            today=today(),
        )
    return ask_despite(forecast, script_ids, back)
