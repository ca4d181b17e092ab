"""The federal form -> rows of results, or every wrong cell with its address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.exchange.book import Value, ValueKind
from app.exchange.columns import LONGEST_CODE
from app.exchange.federal_layout import CODE, VARIANT, place
from app.exchange.federal_name import FormTitle
from app.exchange.federal_sheet import ABSENT_WORD, GivenForm, open_form
from app.exchange.problems import FileProblemsError, Problem, problem
from scoring import (
    ABSENT,
    Absence,
    FormRow,
    NotAttempted,
    Points,
    PointsError,
    ResultsForm,
    broken_dependencies,
    parse_points,
)
from scoring.results import CLASS_SERIALS, PREVIOUS_MARKS

NO_MARK = "нет отметки"
MOST_ROWS = 5000


def read_form(data: bytes, *, title: FormTitle) -> ResultsForm:
    """Read a federal form of results.

    Args:
        data: The workbook.
        title: Subject, grade and year, from the file's name.

    Raises:
        ExchangeError: No workbook, or no protocol in it.
        FileProblemsError: Wrong headers or cells, all of them, each with its address.
    """
    given = open_form(data)
    reader = _Reader(given)
    rows = tuple(reader.rows())
    if reader.problems:
        raise FileProblemsError(reader.problems)
    return ResultsForm(
        subject=title.subject,
        grade=title.grade,
        year=title.year,
        scheme=given.layout.scheme,
        rows=rows,
    )


def filled_rows(given: GivenForm) -> list[int]:
    """Numbers of the protocol's rows that hold anything a person enters."""
    layout = given.layout
    entered = {row for row, column in given.sheet.scan.cells if row > 1 and column <= layout.mark}
    return [
        row
        for row in sorted(entered)
        if any(
            given.sheet.value(row, column).kind is not ValueKind.BLANK
            for column in range(1, layout.mark + 1)
        )
    ]


@dataclass
class _Reader:
    """Reads row after row and gathers what is wrong."""

    given: GivenForm
    problems: list[Problem] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[FormRow]:
        numbers = filled_rows(self.given)
        if len(numbers) > MOST_ROWS:
            text = "В форме больше %(limit)s строк"
            self._wrong(numbers[MOST_ROWS], CODE, "", text, limit=MOST_ROWS)
            return
        for row in numbers:
            before = len(self.problems)
            read = self._row(row)
            if read is not None and len(self.problems) == before:
                yield read

    def _row(self, row: int) -> FormRow | None:
        layout = self.given.layout
        code = self._code(row)
        variant = self._variant(row)
        points = self._points(row, absent=isinstance(variant, Absence))
        serial = self._serial(row)
        mark = self._mark(row)
        if code is None or variant is None or serial is None or self._broken(row, points):
            return None
        if not isinstance(variant, Absence) and len(points) < len(layout.criteria):
            return None
        self._check_total(row, points)
        return FormRow(
            code=code, variant=variant, points=points, class_serial=serial, previous_mark=mark
        )

    def _wrong(self, row: int, column: int, shown: str, text: str, **params: object) -> None:
        self.problems.append(problem(place(row, column), shown, text, **params))

    def _code(self, row: int) -> str | None:
        value = self.given.sheet.value(row, CODE)
        code = value.text
        numeric = value.kind is ValueKind.NUMBER and value.whole is not None
        if not (numeric or value.kind is ValueKind.TEXT) or not (code.isascii() and code.isdigit()):
            self._wrong(row, CODE, code, "Код участника: ожидались только цифры")
            return None
        if len(code) > LONGEST_CODE:
            text = "Код участника: ожидалось не больше %(most)s цифр"
            self._wrong(row, CODE, code, text, most=LONGEST_CODE)
            return None
        return code if self._code_fits(row, code) else None

    def _code_fits(self, row: int, code: str) -> bool:
        if code in self.codes:
            text = "Код участника уже стоит в ячейке %(other)s"
            self._wrong(row, CODE, code, text, other=place(self.codes[code], CODE))
            return False
        length = len(next(iter(self.codes), code))
        if len(code) != length:
            text = "Цифр в коде: %(found)s, а в первом коде формы: %(length)s"
            self._wrong(row, CODE, code, text, found=len(code), length=length)
            return False
        self.codes[code] = row
        return True

    def _variant(self, row: int) -> int | Absence | None:
        value = self.given.sheet.value(row, VARIANT)
        if value.kind is ValueKind.TEXT and value.text.casefold() == ABSENT_WORD:
            return ABSENT
        number = value.whole
        if number is None or number < 1:
            text = "Ожидался номер варианта или «отсутствовал»"
            self._wrong(row, VARIANT, value.text, text)
            return None
        listed = self.given.variants
        if listed is not None and number not in listed:
            shown = ", ".join(map(str, sorted(listed)[:20]))
            text = "Такого варианта нет в списке формы: %(listed)s"
            self._wrong(row, VARIANT, value.text, text, listed=shown)
            return None
        return number

    def _points(self, row: int, *, absent: bool) -> dict[str, Points]:
        found: dict[str, Points] = {}
        for criterion in self.given.layout.scheme.criteria:
            column = self.given.layout.criteria[criterion.label]
            value = self.given.sheet.value(row, column)
            if absent:
                if value.kind is not ValueKind.BLANK:
                    text = "Участник отсутствовал: ячейка должна быть пустой"
                    self._wrong(row, column, value.text, text)
                continue
            points = _points_of(value)
            if points is None or (
                not isinstance(points, NotAttempted) and points > criterion.maximum
            ):
                text = "Критерий %(label)s: ожидалось целое от 0 до %(maximum)s или X"
                self._wrong(
                    row, column, value.text, text, label=criterion.label, maximum=criterion.maximum
                )
                continue
            found[criterion.label] = points
        return found

    def _broken(self, row: int, points: dict[str, Points]) -> bool:
        broken = broken_dependencies(self.given.layout.scheme, points)
        for one in broken:
            text = "Критерий %(base)s оценён в %(base_points)s: здесь допустимо только 0 или X"
            column = self.given.layout.criteria[one.label]
            self._wrong(
                row, column, str(one.points), text, base=one.base, base_points=one.base_points
            )
        return bool(broken)

    def _serial(self, row: int) -> int | None:
        column = self.given.layout.serial
        value = self.given.sheet.value(row, column)
        if value.whole not in CLASS_SERIALS:
            text = "Порядковый номер класса: ожидалось целое от 1 до 50"
            self._wrong(row, column, value.text, text)
            return None
        return value.whole

    def _mark(self, row: int) -> int | None:
        column = self.given.layout.mark
        value = self.given.sheet.value(row, column)
        if value.kind is ValueKind.BLANK or value.text.casefold() == NO_MARK:
            return None
        if value.whole not in PREVIOUS_MARKS:
            self._wrong(row, column, value.text, "Ожидалось 5, 4, 3, 2 или «нет отметки»")
            return None
        return value.whole

    def _check_total(self, row: int, points: dict[str, Points]) -> None:
        """A typed total must be right; a formula's stored value may be stale and is not read."""
        column = self.given.layout.total
        value = self.given.sheet.value(row, column)
        if value.formula or value.kind is ValueKind.BLANK:
            return
        total = sum(v for v in points.values() if not isinstance(v, NotAttempted))
        if value.whole != total:
            text = "Итого баллов: ожидалось %(total)s, сумма строки"
            self._wrong(row, column, value.text, text, total=total)


def _points_of(value: Value) -> Points | None:
    if value.kind is ValueKind.NUMBER:
        number = value.whole
        return number if number is not None and number >= 0 else None
    if value.kind is not ValueKind.TEXT:
        return None
    try:
        return parse_points(value.text)
    except PointsError:
        return None
