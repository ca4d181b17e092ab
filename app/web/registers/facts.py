"""Facts of a changed row in one line, as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from app.models import SchoolKind
from app.web.words import SCHOOL_KINDS


def in_words(facts: Mapping[str, Any]) -> str:
    """`edu123456 · Школа № 1 · участвует: да`: values, named where a bare one would not tell."""
    shown = (_SHOWN.get(name, str)(value) for name, value in facts.items())
    return " · ".join(text for text in shown if text)


def _participating(value: bool) -> str:  # noqa: FBT001 - one of a table of functions
    return str(gettext("участвует") if value else gettext("не участвует"))


def _in_commission(value: bool) -> str:  # noqa: FBT001 - one of a table of functions
    return str(gettext("в комиссии")) if value else ""


def _serial(value: int) -> str:
    return str(gettext("порядковый номер: %(value)s", value=value))


def _capacity(value: int) -> str:
    return str(gettext("работ: %(value)s", value=value))


def _min_load(value: int) -> str:
    return str(gettext("не меньше: %(value)s", value=value)) if value else ""


def _subjects(value: Mapping[str, str]) -> str:
    days = {name: date.fromisoformat(since) for name, since in value.items()}
    return ", ".join(f"{name}: {since:%d.%m.%Y}" for name, since in days.items())


def _level(_value: str) -> str:
    return ""  # the reference beside it tells


def _kind(value: str) -> str:
    return str(SCHOOL_KINDS[SchoolKind(value)])


def _takes(value: Mapping[str, Sequence[str]] | str) -> str:
    """Subjects by grade, as a row keeps them or as the trail wrote them."""
    if isinstance(value, str):
        return value
    return "; ".join(f"{grade}: {', '.join(names)}" for grade, names in value.items())


def _levels(value: Sequence[str] | str) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _day(value: str | None) -> str:
    return f"{date.fromisoformat(value):%d.%m.%Y}" if value else ""


def _counted(text: str) -> Callable[[int], str]:
    def shown(value: int) -> str:
        return str(gettext(text, value=value))

    return shown


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "participating": _participating,
    "in_commission": _in_commission,
    "serial": _serial,
    "capacity": _capacity,
    "min_load": _min_load,
    "subjects": _subjects,
    "also_at": ", ".join,
    "teaches": ", ".join,
    "level": _level,
    "kind": _kind,
    "type": _kind,
    "levels": _levels,
    "takes": _takes,
    "held_on": _day,
    **{
        name: _counted(text)
        for name, text in {
            "classes": "классов: %(value)s",
            "participants": "участников: %(value)s",
            "rooms": "аудиторий: %(value)s",
            "organisers": "организаторов: %(value)s",
            "scanners": "сканеров: %(value)s",
            "printers": "принтеров: %(value)s",
            "experts": "экспертов: %(value)s",
        }.items()
    },
}
