"""Rows of a campaign's lists -> which line each is, and what it says, as versions keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.models import (
    ExamApplication,
    ExpertNumber,
    ListKind,
    ListLineVersion,
    Questionnaire,
    SchoolFacts,
    SchoolKind,
)

DeclaredRow = SchoolFacts | ExamApplication | Questionnaire | ExpertNumber

TABLES: Mapping[ListKind, type[Any]] = {
    ListKind.FACTS: SchoolFacts,
    ListKind.APPLICATION: ExamApplication,
    ListKind.QUESTIONNAIRE: Questionnaire,
    ListKind.EXPERT_NUMBER: ExpertNumber,
}
_SAID = {
    ListKind.FACTS: ("kind", "levels", "takes"),
    ListKind.APPLICATION: ("classes", "participants", "held_on"),
    ListKind.QUESTIONNAIRE: ("rooms", "organisers", "scanners", "printers", "remark"),
    ListKind.EXPERT_NUMBER: ("experts",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredLine:
    """Which line of a school's lists a row is.

    Attributes:
        kind: the list.
        campaign_id: the campaign.
        key: the exam of an application, the subject of a number of experts; else empty.
    """

    kind: ListKind
    campaign_id: UUID
    key: str = ""

    @property
    def place(self) -> dict[str, Any]:
        """The columns that find the line's row among those of its school."""
        match self.kind:
            case ListKind.APPLICATION:
                return {"exam_id": UUID(self.key)}
            case ListKind.EXPERT_NUMBER:
                return {"campaign_id": self.campaign_id, "subject": self.key}
            case _:
                return {"campaign_id": self.campaign_id}


def line_of(row: DeclaredRow | ListLineVersion) -> DeclaredLine:
    """The line of a row, or of a version of one."""
    match row:
        case SchoolFacts():
            return DeclaredLine(kind=ListKind.FACTS, campaign_id=row.campaign_id)
        case Questionnaire():
            return DeclaredLine(kind=ListKind.QUESTIONNAIRE, campaign_id=row.campaign_id)
        case ExamApplication():
            return DeclaredLine(
                kind=ListKind.APPLICATION,
                campaign_id=row.exam.campaign_id,
                key=str(row.exam_id),
            )
        case ExpertNumber():
            return DeclaredLine(
                kind=ListKind.EXPERT_NUMBER, campaign_id=row.campaign_id, key=row.subject
            )
        case ListLineVersion():
            return DeclaredLine(kind=row.kind, campaign_id=row.campaign_id, key=row.line)


def said_by(row: DeclaredRow) -> dict[str, Any]:
    """What a line says, as JSON keeps it."""
    return {name: _as_json(getattr(row, name)) for name in _SAID[line_of(row).kind]}


def say_again(row: DeclaredRow, said: Mapping[str, Any]) -> None:
    """Let a row say what a version of its line kept."""
    for name, value in said.items():
        setattr(row, name, _as_kept(name, value))


def _as_json(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _:
            return value


def _as_kept(name: str, value: Any) -> Any:
    if name == "held_on" and value is not None:
        return date.fromisoformat(value)
    return SchoolKind(value) if name == "kind" else value
