"""Background jobs, as an administrator sees them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.bundles import BUNDLE_JOB
from app.bridge.rereading import REREAD_JOB
from app.models import JobState
from app.notices import DIGEST_JOB, LETTER_JOB
from app.queries import jobs as queries
from app.services import upkeep
from app.services.board import COUNT_JOB
from app.services.checkpoints import CHECKPOINTS_JOB
from app.services.identification import IMAGES_JOB
from app.services.planning import COMPARE_JOB
from app.services.retention import DESTRUCTION_JOB
from app.services.tidying import TIDY_JOB
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

STATES = {
    JobState.WAITING: _("ждёт"),
    JobState.RUNNING: _("идёт"),
    JobState.DONE: _("готово"),
    JobState.FAILED: _("отложено с ошибкой"),
}
KINDS = {
    BUNDLE_JOB: _("Чтение пачки сканов"),
    COMPARE_JOB: _("Сравнение схем проверки"),
    IMAGES_JOB: _("Подготовка страниц для экспертов"),
    REREAD_JOB: _("Чтение страниц по новому бланку"),
    CHECKPOINTS_JOB: _("Подпись журнала действий"),
    COUNT_JOB: _("Подсчёт для доски"),
    DESTRUCTION_JOB: _("Удаление файлов по акту об уничтожении"),
    LETTER_JOB: _("Отправка письма"),
    DIGEST_JOB: _("Сводка сообщений за день"),
    TIDY_JOB: _("Удаление старых записей"),
}


@blueprint.get("/")
@access(Permission.MANAGE_INSTALLATION)
def index() -> str:
    """Jobs by state and kind, the newest first, a page at a time."""
    wanted, kind = request.args.get("state", ""), request.args.get("kind", "")
    state = JobState(wanted) if wanted in set(JobState) else None
    kind = kind if kind in KINDS else ""
    before = request.args.get("before", type=UUID)
    with reading() as session:
        counts = queries.count_jobs(session)
        page = queries.list_jobs(session, state=state, kind=kind, before=before)
    return render_template(
        "jobs/index.html",
        page=page,
        counts=counts,
        chosen=state,
        kind=kind,
        states=STATES,
        kinds=KINDS,
    )


@blueprint.post("/<uuid:job_id>/again")
@access(Permission.MANAGE_INSTALLATION)
def again(job_id: UUID) -> Response:
    """Try a job that was set aside once more."""
    with refusals_flashed(), transaction() as session:
        upkeep.try_again(session, job_id=job_id, by=actor(), at=now())
        say("Задание снова в очереди.")
    return redirect(url_for("jobs.index"))


@blueprint.post("/<uuid:job_id>/away")
@access(Permission.MANAGE_INSTALLATION)
def put_away(job_id: UUID) -> Response:
    """Say of a job that was set aside that nothing is to be done."""
    with refusals_flashed(), transaction() as session:
        upkeep.put_away(session, job_id=job_id, by=actor(), at=now())
        say("Задание убрано: оно больше не напоминает о себе.")
    return redirect(url_for("jobs.index", state=JobState.FAILED.value))


@blueprint.post("/<uuid:job_id>/cancel")
@access(Permission.MANAGE_INSTALLATION)
def cancel(job_id: UUID) -> Response:
    """End a job that waits or runs."""
    with refusals_flashed(), transaction() as session:
        upkeep.cancel(session, job_id=job_id, by=actor(), at=now())
        say("Задание отменено. Повторить его можно здесь же.")
    return redirect(url_for("jobs.index"))
