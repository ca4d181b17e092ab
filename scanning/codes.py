"""What a participant code is; the list of issued codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scanning.errors import ScanError

_LONGEST_DRAWN = 6


class CodeError(ScanError):
    """A list of issued codes that no school can have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedCodes:
    """The participant codes that may stand on the pages of a bundle: digits, each one once."""

    codes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.codes:
            raise CodeError("Список кодов пуст. Сначала выдайте или загрузите коды участников.")
        for index, code in enumerate(self.codes):
            if not (code.isascii() and code.isdigit()):
                raise CodeError(
                    "Список кодов, строка %(row)s: код «%(code)s» должен состоять из цифр.",
                    {"row": index + 1, "code": code},
                )
        for code, times in Counter(self.codes).items():
            if times > 1:
                raise CodeError(
                    "Список кодов: код «%(code)s» повторяется. Каждый код выдаётся один раз.",
                    {"code": code},
                )

    @classmethod
    def of(cls, codes: Iterable[str]) -> IssuedCodes:
        """The list of these codes, in this order."""
        return cls(codes=tuple(codes))

    def __contains__(self, code: str) -> bool:
        return code in self.codes

    def __len__(self) -> int:
        return len(self.codes)


def draw_codes(count: int, *, length: int, taken: Iterable[str] = (), seed: int) -> tuple[str, ...]:
    """New codes at random, any two of all at a distance of two digits or more.

    One digit misread or miswritten then never gives another participant's code.

    Args:
        count: how many, at least 1.
        length: digits in a code.
        taken: codes issued before, which the new ones keep away from, too.
        seed: the same seed gives the same codes.

    Raises:
        CodeError: the count or the length is out of range, or no more codes fit.
    """
    if not 1 <= length <= _LONGEST_DRAWN or not 1 <= count <= 10 ** (length - 1):
        raise CodeError(
            "Нельзя выдать кодов %(count)s по %(length)s цифр.", {"count": count, "length": length}
        )
    near = {pattern for code in taken for pattern in _one_digit_away(code)}
    drawn: list[str] = []
    for number in np.random.default_rng(seed).permutation(10**length):
        code = f"{number:0{length}d}"
        patterns = _one_digit_away(code)
        if near.isdisjoint(patterns):
            near.update(patterns)
            drawn.append(code)
        if len(drawn) == count:
            return tuple(drawn)
    raise CodeError(
        "Кодов по %(length)s цифр, которые нельзя спутать, больше нет: выдано %(drawn)s.",
        {"length": length, "drawn": len(drawn)},
    )


def _one_digit_away(code: str) -> tuple[str, ...]:
    """The code with each digit left open in turn: two codes share one when one digit differs."""
    return tuple(f"{code[:place]}?{code[place + 1 :]}" for place in range(len(code)))
