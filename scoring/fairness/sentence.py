"""What an analysis tells a person: a sentence as data, and the answer «мало данных»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence for a person, as data.

    Attributes:
        text: Russian sentence with places like `%(count)s`; the key of a translation.
        params: What fills the places.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params


def sentence(text: str, **params: object) -> Sentence:
    """A sentence with what fills its places."""
    return Sentence(text=text, params=params)


@dataclass(frozen=True, kw_only=True, slots=True)
class Few:
    """Too few data for a figure: no colour, no conclusion, and what is lacking.

    Attributes:
        n: What there is.
        fewest: What the figure needs.
        why: The sentence «мало данных: …».
    """

    n: int
    fewest: int
    why: Sentence


def few(n: int, fewest: int) -> Few:
    """The usual answer where n does not reach."""
    return Few(
        n=n,
        fewest=fewest,
        why=sentence("Мало данных: есть %(n)s, нужно не меньше %(fewest)s", n=n, fewest=fewest),
    )
