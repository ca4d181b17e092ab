"""The list of exams with scans; one exam's uploads; uploading."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from flask import jsonify, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import lazy_gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.models import TroubleKind
from app.queries.scans import get_pile, list_calls, list_piles
from app.services import intake
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    transaction,
)
from app.web.guard import access
from app.web.scans.blueprint import PILE, blueprint, chosen_class, wants_json

KINDS = {
    TroubleKind.UNREADABLE: _("не читается: проверьте скан, при надобности пересканируйте"),
    TroubleKind.WRONG_PAGE: _("не та страница: проверьте, чьи это листы"),
    TroubleKind.PERSONAL_MARK: _("личная пометка: закройте её рамкой"),
    TroubleKind.PAGE_MISSING: _("нет страницы: найдите лист и отсканируйте его"),
}


@blueprint.get("/")
@access(Permission.UPLOAD_SCANS)
def index() -> str:
    """Exams of the person's schools and the state of their scans."""
    with reading() as session:
        return render_template("scans/index.html", piles=list_piles(session, by=actor()))


@blueprint.get(PILE + "/")
@access(Permission.UPLOAD_SCANS)
def pile(exam_id: UUID, school_id: UUID) -> str:
    """One exam's scans: upload, bundles, refused files."""
    with reading() as session:
        view = get_pile(session, exam_id=exam_id, school_id=school_id, by=actor())
        may_decide = actor().may(Permission.DECIDE_PAGES, school_id=school_id)
        calls = None
        if may_decide:
            calls = list_calls(session, exam_id=exam_id, school_id=school_id, by=actor())
    return render_template(
        "scans/pile.html", view=view, calls=calls, kinds=KINDS, may_decide=may_decide, at=now()
    )


@blueprint.post(PILE + "/bundles")
@access(Permission.UPLOAD_SCANS)
def upload(exam_id: UUID, school_id: UUID) -> Response:
    """Take files in: they are stored first, then told to the database in one commit."""
    actor().require(Permission.UPLOAD_SCANS, school_id=school_id)
    files = _stored_files()
    target = url_for("scans.pile", exam_id=exam_id, school_id=school_id)
    with refusals_flashed(), transaction() as session:
        received = intake.receive_bundle(
            session,
            exam_id=exam_id,
            school_id=school_id,
            class_id=chosen_class(),
            files=files,
            by=actor(),
            at=now(),
        )
        if received.bundle_id is not None:
            target = url_for("scans.bundle", bundle_id=received.bundle_id)
        _tell_known(received)
    return jsonify(location=target) if wants_json() else redirect(target)


def _stored_files() -> list[intake.StoredFile]:
    store, found = installation().store, []
    for upload_file in request.files.getlist("files"):
        if upload_file.filename:
            sha256, size = store.put_stream(cast(BinaryIO, upload_file.stream))
            name = upload_file.filename.replace("\\", "/").rsplit("/", 1)[-1]
            found.append(intake.StoredFile(name=name, sha256=sha256, size_bytes=size))
    return found


def _tell_known(received: intake.Received) -> None:
    for file in received.known:
        text = "Файл «%(name)s» уже загружен %(when)s: второй раз он не нужен."
        if file.act is not None:
            text = (
                "Файл «%(name)s» был загружен %(when)s и уничтожен по сроку хранения,"
                " акт № %(act)s: снова его не принимают."
            )
        when = format_datetime(file.uploaded_at, "dd.MM.yyyy")
        say(text, "warning", name=file.name, when=when, act=file.act)


@blueprint.post(PILE + "/match-again")
@access(Permission.DECIDE_PAGES)
def match_again(exam_id: UUID, school_id: UUID) -> Response:
    """Decide the waiting pages anew by the list of codes as it is now."""
    place = {"exam_id": exam_id, "school_id": school_id}
    with refusals_flashed():
        with reading() as session:
            ahead = intake.reckon_again(session, **place, by=actor())
        with transaction() as session:
            found = intake.match_again(session, **place, by=actor(), at=now(), ahead=ahead)
        say(
            "Сопоставлено заново без нового сканирования. Ждут решения: %(left)s.",
            left=found.left_to_person,
        )
    return redirect(url_for("scans.pile", exam_id=exam_id, school_id=school_id))
