"""Members of closed lists, as the trail keeps them, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from app.models import ResultSource
from app.web.board.door import KINDS as PAGE_KINDS
from app.web.board.door import SOURCES as PAGE_SOURCES
from app.web.plans.wording import SCHEMES
from app.web.rechecks.blueprint import GROUNDS, METHODS, OUTCOMES, REASONS
from app.web.results.attention import KINDS as TROUBLES
from app.web.words import CATEGORIES, LEVELS, ROLES

RESULT_SOURCES = {
    ResultSource.SINGLE: _("одна проверка"),
    ResultSource.AGREED: _("две проверки сошлись"),
    ResultSource.THIRD: _("решил третий эксперт"),
    ResultSource.RECHECK: _("перепроверка"),
    ResultSource.CONTROL: _("эталон контрольной работы"),
}


def _values(lists: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    return {member.value: name for names in lists for member, name in names.items()}


VALUE_NAMES: Mapping[str, Mapping[str, Any]] = {
    "category": _values((CATEGORIES, REASONS)),
    "ground": _values((GROUNDS,)),
    "kind": _values((TROUBLES, PAGE_KINDS)),
    "level": _values((LEVELS,)),
    "method": _values((METHODS,)),
    "outcome": _values((OUTCOMES,)),
    "role": _values((ROLES,)),
    "scheme": _values((SCHEMES,)),
    "source": _values((RESULT_SOURCES, PAGE_SOURCES)),
}
"""By the field of an event: what its value is called."""
