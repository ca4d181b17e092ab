"""The keys that a person has chosen for the scoring screen; they go with the account."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Refusal
from app.models import Person

MOST_KEYS = 60
_ACTION = re.compile(r"[a-zA-Z]{1,30}")
_CODE = re.compile(r"[A-Za-z0-9]{1,30}")


def choose_keys(session: Session, *, codes: Mapping[str, str], single: bool, by: Actor) -> None:
    """Remember which key does what, and whether single keys do anything.

    Args:
        session: the database.
        codes: places of keys on the keyboard by action; only those that differ from the standard.
        single: single keys give points and move over the scan.
        by: whose keys.

    Raises:
        Refusal: the choice is no table of keys, or one key is to do two things.
    """
    fits = all(_ACTION.fullmatch(name) and _CODE.fullmatch(code) for name, code in codes.items())
    if not fits or len(codes) > MOST_KEYS:
        raise Refusal("Запрос не понят: обновите страницу.")
    if len(set(codes.values())) < len(codes):
        raise Refusal("Одна клавиша выбрана дважды: выберите другую.")
    person = session.get_one(Person, by.person_id)
    person.keys, person.single_keys = dict(codes), single
