"""What plans, schemes and kept sentences are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.bridge.names import sentence_of
from app.models import PlanState, Scheme
from app.queries.plans import Planned

SCHEMES: dict[Scheme, str] = {
    Scheme.IN_SCHOOL: _("комиссия ОО"),
    Scheme.CROSS_SCHOOL: _("перекрёстная"),
    Scheme.MUNICIPAL: _("муниципальная комиссия"),
}
STATES: dict[PlanState, str] = {
    PlanState.DRAFT: _("черновик"),
    PlanState.PUBLISHED: _("опубликовано"),
    PlanState.SUPERSEDED: _("заменено новым"),
    PlanState.DISCARDED: _("отложено"),
}
PLANNED: dict[Planned, str] = {
    Planned.NOTHING: _("работ ещё нет"),
    Planned.READY: _("можно выбирать схему"),
    Planned.DRAFTED: _("есть черновик"),
    Planned.PUBLISHED: _("опубликовано"),
}


def told(sentence: Mapping[str, Any]) -> str:
    """A kept sentence in the reader's language."""
    return sentence_of(sentence, gettext)
