"""The file name of the federal form: subject, grade and year stand nowhere else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.exchange.columns import GRADES
from app.exchange.problems import ExchangeError

_NAME = re.compile(
    r"Форма сбора результатов (?P<subject>.*\S) (?P<grade>[0-9]{1,2}) класс ВПР (?P<year>[0-9]{4})"
    r"(?: ?\([0-9]+\))?\.xlsx",  # a browser adds « (1)» to a second download
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormTitle:
    """What the file name tells: subject, grade, year."""

    subject: str
    grade: int
    year: int

    @property
    def file_name(self) -> str:
        """The name that the federal system expects."""
        return f"Форма сбора результатов {self.subject} {self.grade} класс ВПР {self.year}.xlsx"


def title_of_name(name: str) -> FormTitle:
    """Subject, grade and year of a form's file name (without folders).

    Raises:
        ExchangeError: The name does not follow the grammar.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    found = _NAME.fullmatch(plain)
    if found is None or int(found["grade"]) not in GRADES:
        raise ExchangeError(
            "Имя файла «%(name)s»: ожидалось «Форма сбора результатов ПРЕДМЕТ N класс ВПР "
            "ГОД.xlsx», класс от 1 до 11",
            name=name,
        )
    return FormTitle(subject=found["subject"], grade=int(found["grade"]), year=int(found["year"]))
