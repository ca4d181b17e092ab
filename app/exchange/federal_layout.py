"""Where things stand on the sheet «Протокол»: columns by their headers, hidden dependencies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.exchange.book import Sheet, Value, ValueKind
from app.exchange.cells import address
from app.exchange.problems import FileProblemsError, Problem, problem
from scoring import Criterion, ExamScheme, SchemeError, criterion_of_header, normal_label

PROTOCOL = "Протокол"
CODE, VARIANT, FIRST_CRITERION = 1, 2, 3
CODE_HEADER = "Код участника"
VARIANT_HEADER = "Вариант"
SERIAL_HEADER = "Порядковый номер класса"
MARK_HEADER = "Отметка за предыдущий триместр/ четверть/полугодие"
TOTAL_HEADER = "Итого баллов"
DEPENDENCIES_AFTER_TOTAL = 4
_MOST_PAIRS = 20_000  # of points from 0 to 100 and X there are half as many
_BRACKETS = re.compile(r"\s*\([0-9]+б\)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class FormLayout:
    """Columns of a form, from 1, and the criteria that its headers describe."""

    scheme: ExamScheme
    criteria: Mapping[str, int]
    serial: int
    mark: int
    total: int


def place(row: int, column: int) -> str:
    """A cell of the protocol as people name it: `Протокол!C5`."""
    return f"{PROTOCOL}!{address(row, column)}"


def read_layout(sheet: Sheet) -> FormLayout:
    """The layout that the header row describes.

    Raises:
        FileProblemsError: Headers that are not understood, each with its address.
    """
    problems: list[Problem] = []
    _expect(sheet, CODE, CODE_HEADER, problems)
    _expect(sheet, VARIANT, VARIANT_HEADER, problems)
    criteria = _criteria(sheet, problems)
    if problems:
        raise FileProblemsError(problems)
    serial = FIRST_CRITERION + len(criteria)
    _expect(sheet, serial, SERIAL_HEADER, problems)
    _expect(sheet, serial + 1, MARK_HEADER, problems)
    _expect(sheet, serial + 2, TOTAL_HEADER, problems)
    if problems:
        raise FileProblemsError(problems)
    bases = _bases(sheet, serial + 2, {criterion.label for criterion in criteria}, problems)
    if problems:
        raise FileProblemsError(problems)
    return FormLayout(
        scheme=_scheme(criteria, bases),
        criteria={c.label: FIRST_CRITERION + at for at, c in enumerate(criteria)},
        serial=serial,
        mark=serial + 1,
        total=serial + 2,
    )


def _plain(text: str) -> str:
    return "".join(text.casefold().replace("ё", "е").split())


def _expect(sheet: Sheet, column: int, header: str, problems: list[Problem]) -> None:
    value = sheet.value(1, column)
    if _plain(value.text) != _plain(header):
        text = "Ожидался заголовок «%(header)s»"
        problems.append(problem(place(1, column), value.text, text, header=header))


def _criteria(sheet: Sheet, problems: list[Problem]) -> list[Criterion]:
    """Criteria from the third column on, up to the class serial or a blank header."""
    found: list[Criterion] = []
    column = FIRST_CRITERION
    while (header := sheet.value(1, column).text) and _plain(header) != _plain(SERIAL_HEADER):
        try:
            criterion = criterion_of_header(header)
        except SchemeError as error:
            problems.append(problem(place(1, column), header, error.text, **error.params))
            return found
        if any(criterion.label == other.label for other in found):
            text = "Критерий %(label)s уже есть в другом столбце"
            problems.append(problem(place(1, column), header, text, label=criterion.label))
        found.append(criterion)
        column += 1
    if not found:
        text = "Ожидался заголовок критерия, например «1 (2б)»"
        problems.append(problem(place(1, FIRST_CRITERION), "", text))
    return found


def _bases(
    sheet: Sheet, total: int, labels: set[str], problems: list[Problem]
) -> Mapping[str, str]:
    """Base by dependent criterion, from the hidden columns after the total."""
    bases: dict[str, str] = {}
    column = total + DEPENDENCIES_AFTER_TOTAL
    last = column + 2 * len(labels)  # a criterion depends on one other at most
    while column < last and sheet.value(1, column).kind is not ValueKind.BLANK:
        dependent = _label(sheet, column, labels, problems)
        base = _label(sheet, column + 1, labels, problems)
        if dependent and base:
            if dependent in bases or dependent == base:
                text = "Критерий %(label)s может зависеть только от одного другого критерия"
                shown = sheet.value(1, column).text
                problems.append(problem(place(1, column), shown, text, label=dependent))
            bases[dependent] = base
            problems.extend(_wrong_pairs(sheet, column))
        column += 2
    return bases


def _label(sheet: Sheet, column: int, labels: set[str], problems: list[Problem]) -> str | None:
    text = sheet.value(1, column).text
    try:
        label = normal_label(_BRACKETS.sub("", text))
    except SchemeError as error:
        problems.append(problem(place(1, column), text, error.text, **error.params))
        return None
    if label not in labels:
        expectation = "Среди столбцов формы нет критерия %(label)s"
        problems.append(problem(place(1, column), text, expectation, label=label))
        return None
    return label


def _wrong_pairs(sheet: Sheet, column: int) -> list[Problem]:
    """Allowed pairs that contradict the one kind of dependency known here."""
    found: list[Problem] = []
    for row in range(2, min(sheet.scan.last_row, _MOST_PAIRS) + 1):
        dependent, base = sheet.value(row, column), sheet.value(row, column + 1)
        if _worth(dependent) > 0 and base.kind is not ValueKind.BLANK and _worth(base) == 0:
            text = "При 0 или X базового критерия допустимы только 0 и X"
            found.append(problem(place(row, column), dependent.text, text))
    return found


def _worth(value: Value) -> int:
    return value.whole or 0


def _scheme(criteria: list[Criterion], bases: Mapping[str, str]) -> ExamScheme:
    return ExamScheme(
        criteria=tuple(
            Criterion(label=c.label, maximum=c.maximum, depends_on=bases.get(c.label))
            for c in criteria
        )
    )
