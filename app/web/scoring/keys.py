"""The expert's own keys: told to the screen, and saved with the account."""

from __future__ import annotations

import json

from flask import jsonify

from app.access import Permission
from app.errors import Refusal
from app.queries.accounts import get_keys
from app.services.accounts import choose_keys
from app.web.context import actor, reading, transaction
from app.web.guard import access
from app.web.scoring.blueprint import blueprint
from app.web.scoring.saves import Answer, refusals_answered, sent_by_screen


@blueprint.post("/keys")
@access(Permission.SCORE)
@refusals_answered
def save_keys() -> Answer:
    """The chosen keys."""
    sent = sent_by_screen()
    codes, single = sent.get("codes"), sent.get("single")
    if not isinstance(codes, dict) or not isinstance(single, bool):
        raise Refusal("Запрос не понят: обновите страницу.")
    if not all(isinstance(one, str) for one in codes.values()):
        raise Refusal("Запрос не понят: обновите страницу.")
    with transaction() as session:
        choose_keys(session, codes=codes, single=single, by=actor())
    return jsonify()


@blueprint.app_template_global()
def own_keys() -> str:
    """The acting person's keys as the page's script reads them."""
    with reading() as session:
        chosen = get_keys(session, by=actor())
    return json.dumps({"codes": dict(chosen.codes), "single": chosen.single})
