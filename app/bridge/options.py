"""What a coordinator may choose before a plan is solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOptions:
    """The coordinator's ticks; they are kept with the plan and belong to its input.

    Attributes:
        all_qualified: the municipal commission is every fitting expert of the municipality, not
            only its appointed members.
        allow_external: experts of schools that take no part may be drawn in (P 7.4).
        forbid_own_class: in the school's own commission nobody scores a class that he teaches.
        forbid_mutual: no two schools score each other.
        whole_schools: all scripts of a school go to one other school.
        most_receivers: the scripts of a school go to at most so many schools; 0: no limit.
    """

    all_qualified: bool = False
    allow_external: bool = False
    forbid_own_class: bool = False
    forbid_mutual: bool = False
    whole_schools: bool = False
    most_receivers: int = 0

    def as_json(self) -> dict[str, Any]:
        """The options as a plan keeps them."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> PlanOptions:
        """The options of a kept plan."""
        return cls(**{field.name: kept[field.name] for field in fields(cls)})
