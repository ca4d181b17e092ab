"""What the forms of several pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, SelectChoice
from wtforms.validators import StopValidation

from app.errors import NotYours

# What a column of whole numbers holds in every database.
WHOLE = range(-(2**31), 2**31)
YEARS = range(2015, 2101)


class DayField(DateField):  # type: ignore[misc]  # the library has no types
    """A day of the years that checks are held in.

    Days and terms are counted from it, and the calendar of any other year would be a guess.
    """

    def pre_validate(self, _form: Form) -> None:
        """Refuse a day of another time."""
        if self.data is not None and self.data.year not in YEARS:
            raise StopValidation(_("Укажите день с 2015 по 2100 год."))


def as_uuid(value: str | UUID) -> UUID:
    """A choice's value as an id: WTForms asks for text from the browser and for our own ids alike.

    Raises:
        ValueError: the text is no id.
    """
    return value if isinstance(value, UUID) else UUID(value)


def asked_id(text: str) -> UUID:
    """The id that a request names.

    Raises:
        NotYours: it is no id, so nothing is there for anybody.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotYours from None


def whole(text: str) -> int:
    """The whole number that a request names, as `type=` of its fields.

    Raises:
        ValueError: it is none, or one that no database can be asked for; the field is then as if
            it had not been sent.
    """
    number = int(text)
    if number not in WHOLE:
        raise ValueError(text)
    return number


def choices(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Values with their labels, as a select or a row of radio buttons takes them."""
    return [SelectChoice(value=str(value), label=label) for value, label in pairs]


def prompted(offered: Sequence[SelectChoice]) -> list[SelectChoice]:
    """The choices behind an empty one, where there are several: none is anybody's guess."""
    if len(offered) == 1:
        return list(offered)
    return [SelectChoice(value="", label=_("выберите")), *offered]
