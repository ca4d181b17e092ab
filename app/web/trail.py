"""The trail: who changed what, when and why."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from app.access import Permission
from app.bridge.trail import Signer, checkpoint_lines
from app.queries import exams as exam_queries
from app.queries import trail as queries
from app.web.action_names import ACTION_NAMES, FIELD_NAMES
from app.web.context import actor, installation, now, reading
from app.web.guard import access
from app.web.value_names import VALUE_NAMES

blueprint = Blueprint("trail", __name__, url_prefix="/trail")
YEARS = range(2000, 2100)


@blueprint.get("/")
@access(Permission.READ_TRAIL)
def index() -> str:
    """Events with a filter in the address."""
    wanted = _filter()
    with reading() as session:
        page = queries.read_trail(
            session, actor=actor(), wanted=wanted, before=request.args.get("before", type=UUID)
        )
        actions = queries.list_actions(session, actor=actor())
        campaigns = exam_queries.list_campaigns(session, actor=actor())
    kept = {name: value for name, value in request.args.items() if name != "before" and value}
    return render_template(
        "trail/index.html",
        page=page,
        actions=actions,
        campaigns=campaigns,
        kept=kept,
        names=ACTION_NAMES,
        fields=FIELD_NAMES,
        shown=_shown,
    )


@blueprint.get("/exams/<uuid:exam_id>/checkpoint.jsonl")
@access(Permission.READ_TRAIL)
def checkpoint(exam_id: UUID) -> Response:
    """The exam's trail as it stands, signed: to be kept beside a form, an act or a protocol."""
    signer = Signer.of(installation().settings.checkpoint_key())
    with reading() as session:
        queries.check_reach(session, exam_id=exam_id, actor=actor())
        lines = checkpoint_lines(session, chain_id=exam_id, signer=signer, at=now())
        content = "".join(lines)
    headers = {"Content-Disposition": f'attachment; filename="checkpoint-{exam_id}.jsonl"'}
    return Response(content, mimetype="application/x-ndjson", headers=headers)


def _filter() -> queries.TrailFilter:
    return queries.TrailFilter(
        action=request.args.get("action", ""),
        login=request.args.get("login", ""),
        exam_id=request.args.get("exam", type=UUID),
        since=_midnight("since"),
        until=_midnight("until", after=timedelta(days=1)),
    )


def _midnight(name: str, *, after: timedelta = timedelta()) -> datetime | None:
    """When the asked day, or the one after it, begins by the clock that the page shows."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    if day.year not in YEARS:
        return None
    zone = ZoneInfo(installation().settings.timezone)
    return datetime.combine(day + after, time.min, tzinfo=zone)


def _shown(key: str, value: object) -> str:
    """A kept value as a person reads it."""
    match value:
        case bool():
            return str(gettext("да") if value else gettext("нет"))
        case [dict(), *_]:
            return str(len(value))
        case list():
            return ", ".join(_shown(key, one) for one in value)
        case dict():
            return "; ".join(f"{name}: {one}" for name, one in value.items())
        case str():
            return str(VALUE_NAMES.get(key, {}).get(value, value))
        case _:
            return str(value)
