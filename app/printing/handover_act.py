"""The act of hand-over: how many works the commission received, from whom, why, by what day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable, KeepTogether, Spacer

from app.printing.sheets import (
    WIDTH_MM,
    body,
    build_pdf,
    fact,
    ruled_table,
    signature,
    small,
    title,
    word_width_mm,
)

_HEADER = ("Работа", "Школа", "Класс", "Работ", "Коды участников")
_CODES_MM = 74.0
_CODES_A_ROW = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedWorks:
    """Works of one class and exam: their codes, no names."""

    exam: str
    school: str
    class_name: str
    codes: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class HandoverAct:
    """What the act says.

    Attributes:
        number: the act's number.
        sender: who hands the works over.
        receiver: who receives them.
        ground: the ground in words.
        reason: why, in the sender's own words.
        method: how the commission is to work, in words.
        quorum: how many of the commission must be present at a decision.
        received_on: the day on which the works reached the commission.
        due_on: the last day of the term.
        working_days: how long the term is.
        works: what is handed over.
        lists: entries of lists that give the ground, as a line each.
        seal: the state of the trail of the first work's exam when it was drawn.
    """

    number: str
    sender: str
    receiver: str
    ground: str
    reason: str
    method: str
    quorum: int
    received_on: date
    due_on: date
    working_days: int
    works: Sequence[HandedWorks]
    lists: Sequence[str] = ()
    seal: str = ""


def act_of_handover(act: HandoverAct) -> bytes:
    """The act as PDF, ready to sign."""
    name = f"Акт приёма-передачи работ № {act.number}"
    count = sum(len(one.codes) for one in act.works)
    story = [
        title(name),
        fact("Передал(а)", act.sender),
        fact("Принял(а)", act.receiver),
        fact("Передано работ", str(count)),
        fact("Основание", act.ground),
        *(fact("Список необъективных результатов", line) for line in act.lists),
        body(f"Обоснование: {act.reason}"),
        fact("Порядок перепроверки", act.method),
        fact("Кворум", f"{act.quorum} чел. вместе с председателем"),
        fact("Работы поступили", f"{act.received_on:%d.%m.%Y}"),
        fact(f"Срок ({act.working_days} рабочих дней)", f"до {act.due_on:%d.%m.%Y} включительно"),
        _table(act.works),
        Spacer(1, 8),
        KeepTogether(
            [
                small("Участники обозначены кодами: их имён в акте нет."),
                Spacer(1, 10),
                signature("Передал(а)", act.sender),
                signature("Принял(а)", act.receiver),
            ]
        ),
    ]
    return build_pdf(story, name=name, seal=act.seal)


def _table(works: Sequence[HandedWorks]) -> Flowable:
    """Words of names stay whole; the codes have what room there is."""
    rows = _rows(works)
    least = [
        max(word_width_mm(name, head=True), *(word_width_mm(row[at]) for row in rows))
        for at, name in enumerate(_HEADER[:-1])
    ]
    spare = max(WIDTH_MM - _CODES_MM - sum(least), 0) / 2
    widths = [least[0] + spare, least[1] + spare, *least[2:]]
    codes = max(WIDTH_MM - sum(widths), _CODES_MM / 2)
    share = WIDTH_MM / (sum(widths) + codes)
    scaled = [width * share for width in (*widths, codes)]
    return ruled_table(_HEADER, rows, widths_mm=scaled, numbers=(3,))


def _rows(works: Sequence[HandedWorks]) -> list[tuple[str, ...]]:
    """One row a class; a long list of codes goes on in rows of its own, so that pages can turn."""
    rows: list[tuple[str, ...]] = []
    for one in works:
        for start in range(0, len(one.codes), _CODES_A_ROW):
            codes = one.codes[start : start + _CODES_A_ROW]
            rows.append((one.exam, one.school, one.class_name, str(len(codes)), ", ".join(codes)))
    return rows
