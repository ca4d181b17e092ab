"""What the forms of several pages share."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from wtforms import SelectChoice

from app.errors import NotYours


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


def choices(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Values with their labels, as a select or a row of radio buttons takes them."""
    return [SelectChoice(value=str(value), label=label) for value, label in pairs]
