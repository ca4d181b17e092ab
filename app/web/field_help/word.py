"""What a mark beside a field says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Help:
    """A word of help.

    Attributes:
        text: a sentence or two.
        step: the page of the guide's step that tells more; empty where no guide does.
    """

    text: str
    step: str


Words = Mapping[str, Help]


def word(text: str, step: str = "") -> Help:
    """A line of the tables."""
    return Help(text=text, step=step)
