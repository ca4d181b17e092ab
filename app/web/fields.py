"""What the forms of several pages share."""

from __future__ import annotations

from uuid import UUID


def as_uuid(value: str | UUID) -> UUID:
    """A choice's value as an id: WTForms asks for text from the browser and for our own ids alike.

    Raises:
        ValueError: the text is no id.
    """
    return value if isinstance(value, UUID) else UUID(value)
