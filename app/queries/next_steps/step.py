"""One thing to do: a sentence, where it is done, and how urgent it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from uuid import UUID


class Urgency(IntEnum):
    """How soon; the page sorts and colours by it."""

    LATE = 0
    SOON = 1
    NOW = 2
    LATER = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        text: the Russian sentence with named places.
        params: what fills the places.
        endpoint: the page where it is done.
        values: what the page's address needs.
        urgency: how soon.
    """

    text: str
    endpoint: str
    urgency: Urgency = Urgency.NOW
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, UUID | str] = field(default_factory=lambda: MappingProxyType({}))


def step(
    text: str,
    endpoint: str,
    *,
    urgency: Urgency = Urgency.NOW,
    values: Mapping[str, UUID | str] | None = None,
    **params: object,
) -> Step:
    """A step whose sentence is filled by the remaining keywords."""
    return Step(text=text, endpoint=endpoint, urgency=urgency, params=params, values=values or {})
