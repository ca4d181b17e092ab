"""The act of a recheck: old points, the commission's, the reason of each change, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable, KeepTogether, Spacer

from app.printing.sheets import body, build_pdf, fact, ruled_table, signature, small, title

_ALL_WIDTH_MM = 180
_LABEL_MM, _NARROW_MM = 23, 17


@dataclass(frozen=True, kw_only=True, slots=True)
class ActLine:
    """One criterion of the act, its points as shown: digits or X.

    Attributes:
        label: the criterion.
        maximum: the most points.
        old: the points before.
        readings: what each member of the commission gave.
        new: the points decided.
        reason: why, in words; empty where nothing is to be said.
    """

    label: str
    maximum: int
    old: str
    readings: Sequence[str]
    new: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckAct:
    """What the act says; the participant is a code.

    Attributes:
        number: the act's number.
        school: the school's name.
        exam: subject and grade in words.
        code: the participant's code.
        ground: the ground in words.
        claim: why the work was handed over, in the sender's own words.
        method: how the commission worked, in words.
        may_lower: the procedure lets points go down.
        received_on: when the work reached the commission.
        due_on: the last day of the term.
        decided_on: when it was decided.
        lines: the criteria, in the order of the form.
        old_score: raw score before.
        new_score: raw score after.
        reason: the commission's reason.
        orders: the orders that approve the members, in words.
        quorum: how many of the commission had to be present.
        chair: who signed.
        members: who was present besides the chair.
        readers: who read the work, in the order of the readings.
        confirmed_by: the second person; empty when nothing changed.
        seal: the state of the trail when it was drawn.
    """

    number: str
    school: str
    exam: str
    code: str
    ground: str
    claim: str
    method: str
    may_lower: bool
    received_on: date
    due_on: date
    decided_on: date
    lines: Sequence[ActLine]
    old_score: int
    new_score: int
    reason: str
    orders: Sequence[str]
    quorum: int
    chair: str
    members: Sequence[str]
    readers: Sequence[str]
    confirmed_by: str
    seal: str = ""


def act_of_recheck(act: RecheckAct) -> bytes:
    """The act as PDF, ready to sign."""
    name = f"Акт перепроверки № {act.number}"
    story = [
        title(name),
        fact("Образовательная организация", act.school),
        fact("Работа", act.exam),
        fact("Код участника", act.code),
        fact("Основание", act.ground),
        body(f"Обоснование передачи: {act.claim}"),
        fact("Порядок", f"{act.method}; {_direction(act)}"),
        fact("Работа поступила", f"{act.received_on:%d.%m.%Y}"),
        fact("Срок", f"до {act.due_on:%d.%m.%Y} включительно"),
        fact("Решение принято", f"{act.decided_on:%d.%m.%Y}"),
        _table(act.lines, len(act.readers)),
        Spacer(1, 8),
        fact("Первичный балл", _score(act)),
        body(f"Обоснование решения: {act.reason}"),
        small("Прежние баллы сохранены без изменений рядом с решением комиссии."),
        Spacer(1, 10),
        KeepTogether(_signatures(act)),
    ]
    return build_pdf(story, name=name, seal=act.seal)


def _direction(act: RecheckAct) -> str:
    return "баллы могут быть понижены" if act.may_lower else "баллы не понижаются"


def _table(lines: Sequence[ActLine], readers: int) -> Flowable:
    numbered = [f"Чтение {n}" for n in range(1, readers + 1)]
    header = ("Критерий", "Макс.", "Было", *numbered, "Стало", "Причина")
    rows = [
        (one.label, str(one.maximum), one.old, *one.readings, one.new, one.reason) for one in lines
    ]
    narrow = [_LABEL_MM, *[_NARROW_MM] * (len(header) - 2)]
    return ruled_table(header, rows, widths_mm=(*narrow, _ALL_WIDTH_MM - sum(narrow)))


def _signatures(act: RecheckAct) -> list[Flowable]:
    there = len({act.chair, *act.members})
    lines: list[Flowable] = [
        *(body(f"Комиссия утверждена приказом {order}.") for order in act.orders),
        body(f"Присутствовали: {there}, кворум: {act.quorum}."),
        *(body(f"Чтение {n}: {name}") for n, name in enumerate(act.readers, start=1)),
        signature("Председатель", act.chair),
        *(signature("Член комиссии", name) for name in act.members),
    ]
    if act.confirmed_by:
        lines.append(signature("Изменение подтвердил(а)", act.confirmed_by))
    return lines


def _score(act: RecheckAct) -> str:
    if act.new_score == act.old_score:
        return f"{act.old_score}, без изменения"
    change = act.new_score - act.old_score
    return f"было {act.old_score}, стало {act.new_score} ({change:+d})"
