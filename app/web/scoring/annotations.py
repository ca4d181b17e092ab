"""One save of one mark on the scan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify

from app.access import Permission
from app.errors import Refusal
from app.models import AnnotationKind
from app.services.marking import Annotation, record_annotation
from app.web.context import actor, now, transaction
from app.web.guard import access
from app.web.scoring.blueprint import blueprint
from app.web.scoring.marks import annotation_told
from app.web.scoring.saves import Answer, number_in, refusals_answered, sent_by_screen, text_in

BOX_SIDES = 4


@blueprint.post("/<uuid:work_id>/annotations")
@access(Permission.SCORE)
@refusals_answered
def save_annotation(work_id: UUID) -> Answer:
    """One save of one mark; answered only when it is on disk."""
    sent = sent_by_screen()
    with transaction() as session:
        saved = record_annotation(
            session,
            assignment_id=work_id,
            drawn=_drawn(sent),
            save_key=text_in(sent, "key"),
            based_on=number_in(sent, "based_on"),
            by=actor(),
            at=now(),
        )
    return jsonify(annotation_told(saved) | {"saved_at": now().isoformat()})


def _drawn(sent: dict[str, Any]) -> Annotation:
    try:
        return Annotation(
            annotation_id=UUID(text_in(sent, "id")),
            image_id=UUID(text_in(sent, "image")),
            kind=AnnotationKind(text_in(sent, "kind")),
            box=_box(sent.get("box")),
            words=text_in(sent, "words").strip(),
            criterion=text_in(sent, "criterion"),
            is_removed=sent.get("removed") is True,
        )
    except Refusal:
        raise
    except ValueError as error:
        raise Refusal("Запрос не понят: обновите страницу.") from error


def _box(value: object) -> tuple[float, float, float, float]:
    if not isinstance(value, list) or len(value) != BOX_SIDES:
        raise Refusal("Запрос не понят: обновите страницу.")
    if not all(isinstance(side, int | float) for side in value):
        raise Refusal("Запрос не понят: обновите страницу.")
    left, top, width, height = (float(side) for side in value)
    return left, top, width, height
