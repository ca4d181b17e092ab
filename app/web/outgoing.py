"""Every document that leaves carries the signed state of the trail, which holds the trail to it."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, g, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.audit import INSTALLATION_CHAIN
from app.bridge.trail import Signer, checkpoint_line
from app.exchange.tail import with_tail
from app.web.context import actor, installation, now, reading

DOCUMENTS = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
OK = 200


def sign_documents(app: Flask) -> None:
    """Sign what leaves from now on."""
    app.after_request(_sign)


def tells_of(exam_id: UUID) -> None:
    """Say which exam the document of this answer tells of, where the address does not."""
    g.told_exam = exam_id


def is_another_hands() -> None:
    """Say that the document is what a person gave us: it goes out byte for byte."""
    g.is_another_hands = True


def _sign(response: Response) -> Response:
    if response.status_code != OK or response.mimetype not in DOCUMENTS:
        return response
    if g.get("is_another_hands"):
        return response
    if not (current_user and current_user.is_authenticated) or request.endpoint == "static":
        return response
    signer = Signer.of(installation().settings.checkpoint_key())
    with reading() as session:
        line = checkpoint_line(session, chain_id=_chain(), signer=signer, at=now())
    response.direct_passthrough = False
    response.set_data(with_tail(response.get_data(), line))
    return response


def _chain() -> UUID:
    """The exam's, else that of the visitor's municipality, else the installation's."""
    exam_id = g.get("told_exam") or (request.view_args or {}).get("exam_id")
    if isinstance(exam_id, UUID):
        return exam_id
    places = {grant.municipality_id for grant in actor().grants if grant.municipality_id}
    return min(places) if places else INSTALLATION_CHAIN
