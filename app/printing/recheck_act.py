"""The act of a recheck: old and new points, the reason, the commission's signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import KeepTogether, Spacer

from app.printing.sheets import body, build_pdf, fact, ruled_table, small, title

_HEADER = ("Критерий", "Максимум", "Было", "Стало", "Причина изменения")
_WIDTHS_MM = (22, 22, 18, 18, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActLine:
    """One criterion of the act, its points as shown: digits or X."""

    label: str
    maximum: int
    old: str
    new: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckAct:
    """What the act says; the participant is a code.

    Attributes:
        number: The act's number.
        school: The school's name.
        exam: Subject, grade and year in words.
        code: The participant's code.
        ground: The ground in words.
        method: How the commission worked, in words.
        received_on: When the works reached the commission.
        due_on: The last day of the term.
        decided_on: When it decided.
        lines: The criteria, in the order of the form.
        old_score: Raw score before.
        new_score: Raw score after.
        reason: The commission's reason.
        members: Names of those who sign, the chair first.
    """

    number: str
    school: str
    exam: str
    code: str
    ground: str
    method: str
    received_on: date
    due_on: date
    decided_on: date
    lines: Sequence[ActLine]
    old_score: int
    new_score: int
    reason: str
    members: Sequence[str]


def act_of_recheck(act: RecheckAct) -> bytes:
    """The act as PDF, ready to sign."""
    rows = [(one.label, str(one.maximum), one.old, one.new, one.reason) for one in act.lines]
    signatures = [body(f"____________________  {name}") for name in act.members]
    story = [
        title(f"Акт перепроверки № {act.number}"),
        fact("Образовательная организация", act.school),
        fact("Работа", act.exam),
        fact("Код участника", act.code),
        fact("Основание", act.ground),
        fact("Порядок", act.method),
        fact("Работа поступила", f"{act.received_on:%d.%m.%Y}"),
        fact("Срок (7 рабочих дней)", f"{act.due_on:%d.%m.%Y}"),
        fact("Решение принято", f"{act.decided_on:%d.%m.%Y}"),
        ruled_table(_HEADER, rows, widths_mm=_WIDTHS_MM),
        Spacer(1, 8),
        fact("Первичный балл", _score(act)),
        body(f"Обоснование: {act.reason}"),
        small("Прежние баллы сохранены без изменений рядом с решением комиссии."),
        Spacer(1, 10),
        KeepTogether([body("Подписи членов комиссии:"), *signatures]),
    ]
    return build_pdf(story, name=f"Акт перепроверки № {act.number}")


def _score(act: RecheckAct) -> str:
    if act.new_score == act.old_score:
        return f"{act.old_score}, без изменения"
    change = act.new_score - act.old_score
    return f"было {act.old_score}, стало {act.new_score} ({change:+d})"
