"""The act of destruction: what, by which rule, how much, and the two who signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable, KeepTogether, Spacer

from app.printing.sheets import (
    build_pdf,
    fact,
    fitted_widths_mm,
    ruled_table,
    signature,
    small,
    title,
)

_HEADER = ("Что", "Школа", "Хранились до", "Документов", "Записей", "Журнал")
_NUMBERS = (3, 4, 5)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActRow:
    """One line of the act."""

    what: str
    school: str
    due_on: date
    files: int
    rows: int
    events: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DestructionAct:
    """What the act says.

    Attributes:
        number: its number in the municipality.
        municipality: whose documents.
        kind: what was destroyed, in words.
        basis: by which rule they were kept.
        months: how long.
        proposed_on: the day of the first signature.
        signed_on: the day of the second.
        done_on: the day on which the files were removed.
        rows: what exactly.
        files_gone: stored files removed.
        files_shared: stored files that other documents still name.
        first: who proposed.
        second: who signed.
    """

    number: int
    municipality: str
    kind: str
    basis: str
    months: int
    proposed_on: date
    signed_on: date
    done_on: date
    rows: Sequence[ActRow]
    files_gone: int
    files_shared: int
    first: str
    second: str


def act_of_destruction(act: DestructionAct) -> bytes:
    """The act as PDF, ready to sign."""
    name = f"Акт об уничтожении № {act.number}"
    rows = [
        (
            one.what,
            one.school,
            f"{one.due_on:%d.%m.%Y}",
            *_counts(one),
        )
        for one in act.rows
    ]
    story = [
        title(name),
        fact("Муниципалитет", act.municipality),
        fact("Уничтожены", act.kind),
        fact("Основание срока хранения", act.basis),
        fact("Срок хранения, месяцев", str(act.months)),
        fact("Предложено", f"{act.proposed_on:%d.%m.%Y}"),
        fact("Подписано вторым лицом", f"{act.signed_on:%d.%m.%Y}"),
        fact("Уничтожено", f"{act.done_on:%d.%m.%Y}"),
        ruled_table(_HEADER, rows, widths_mm=fitted_widths_mm(_HEADER, rows), numbers=_NUMBERS),
        Spacer(1, 8),
        KeepTogether(_end(act)),
    ]
    return build_pdf(story, name=name)


def _end(act: DestructionAct) -> list[Flowable]:
    """What is signed stands with its signatures."""
    return [
        fact("Удалено файлов из хранилища", str(act.files_gone)),
        fact("Оставлено файлов, нужных другим документам", str(act.files_shared)),
        small(
            "Документы удалены из базы данных и хранилища файлов без возможности восстановления."
            " Баллы, отметки и записи о действиях сохранены без персональных данных. Резервные"
            " копии, сделанные раньше, уничтожаются по своему сроку."
        ),
        Spacer(1, 14),
        signature("Предложил(а)", act.first),
        signature("Подписал(а)", act.second),
    ]


def _counts(row: ActRow) -> tuple[str, str, str]:
    return (str(row.files), str(row.rows), str(row.events))
