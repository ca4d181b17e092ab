"""What a participant code is; the list of issued codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scanning.errors import ScanError


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
