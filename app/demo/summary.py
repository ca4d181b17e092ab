"""What the demo tells at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """A way in: one a role."""

    role: str
    login: str
    password: str


@dataclass(kw_only=True, slots=True)
class Summary:
    """Counts that the demo gathers as it goes.

    Attributes:
        pages: pages read.
        named: pages that the program tied to a code or set aside as blank by itself.
        left: pages left to a person, who then decided them.
        refused: files refused.
        planned: works placed of works, by exam and scheme.
        scored: sheets handed in.
        third: works that went to a third expert.
        final: works with final points.
        rechecked: cases decided.
        forms: the forms of results, as files.
        logins: one a role.
        seconds: how long it took.
    """

    pages: int = 0
    named: int = 0
    left: int = 0
    refused: int = 0
    planned: dict[str, Mapping[str, str]] = field(default_factory=dict)
    scored: int = 0
    third: int = 0
    final: int = 0
    rechecked: int = 0
    forms: list[Path] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    seconds: float = 0.0
