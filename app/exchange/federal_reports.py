"""Reports of the federal system that come back: individual results, marks, marks of the journal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.exchange.cells import address
from app.exchange.problems import ExchangeError, FileProblemsError, Problem, problem
from app.exchange.tables import TableRow, read_table
from scoring import ScoringError, criterion_of_header

MARKS = (2, 3, 4, 5)
_LOGIN = re.compile(r"[a-z]+[0-9]{6}")
_ABSENT = "отсутств"
_CODE, _TOTAL, _MARK, _JOURNAL = "код участника", "первичный балл", "отметка", "отметка по журналу"
_DIRECTIONS = {"понизил": "lowered", "подтвердил": "confirmed", "повысил": "raised"}
_NOT_ATTEMPTED = frozenset("xхXХ")
_GRADE = re.compile(r"(\d{1,2})\s*(?:класс|кл)", re.IGNORECASE)
_HEAD_ROWS = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class IndividualRow:
    """One participant as the federal system has him.

    Attributes:
        school: the school's login.
        code: his code.
        absent: whether he was absent.
        points: by label; None for X and for an empty cell.
        total: the raw score; None for an absent one.
        mark: the mark; None where there is none.
        journal: the mark of the journal.
    """

    school: str
    code: str
    absent: bool
    points: Mapping[str, int | None]
    total: int | None
    mark: int | None
    journal: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class IndividualReport:
    """«Ф1 Индивидуальные результаты»; `subject` and `grade` where its head names them."""

    subject: str
    grade: int | None
    labels: tuple[str, ...]
    rows: tuple[IndividualRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MarksGroup:
    """A group of «Ф3 Статистика по отметкам»: percent by mark."""

    name: str
    participants: int
    percent: Mapping[int, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalGroup:
    """A group of «Сравнение отметок с отметками по журналу»: percent and number by direction."""

    name: str
    percent: Mapping[str, float]
    number: Mapping[str, int]


def read_individual(data: bytes) -> IndividualReport:
    """Individual results.

    Raises:
        ExchangeError: the file is no such report; wrong cells are named with their address.
    """
    rows = read_table(data, sheet_name="")
    at, header = _header(rows, (_CODE, _TOTAL), "Ф1 Индивидуальные результаты")
    columns = {_plain(name): place for place, name in reversed(list(enumerate(header.cells)))}
    reader = _Individual(
        columns=columns, criteria=_criteria(header), school=_school_column(rows[at + 1 :])
    )
    found, problems = [], []
    for row in rows[at + 1 :]:
        if not _cell(row, columns[_CODE]):
            continue  # sums and notes below the participants
        try:
            found.append(reader.row(row))
        except _WrongCellError as error:
            problems.append(error.problem)
    if problems:
        raise FileProblemsError(problems)
    subject, grade = _head_of(rows[:at])
    labels = tuple(reader.criteria.values())
    return IndividualReport(subject=subject, grade=grade, labels=labels, rows=tuple(found))


def read_marks(data: bytes) -> tuple[MarksGroup, ...]:
    """Statistics of marks.

    Raises:
        ExchangeError: the file is no such report; wrong cells are named with their address.
    """
    rows = read_table(data, sheet_name="")
    wanted = tuple(str(mark) for mark in MARKS)
    at, header = _header(rows, wanted, "Ф3 Статистика по отметкам")
    columns = {_plain(name): place for place, name in enumerate(header.cells)}
    count = _count_column(columns)
    found = []
    for row in _groups(rows[at + 1 :]):
        percent = {mark: _decimal(row, columns[str(mark)]) for mark in MARKS}
        found.append(
            MarksGroup(
                name=_name(row), participants=_whole(row, count), percent=MappingProxyType(percent)
            )
        )
    return tuple(found)


def read_journal(data: bytes) -> tuple[JournalGroup, ...]:
    """Comparison of marks with those of the journal.

    Raises:
        ExchangeError: the file is no such report; wrong cells are named with their address.
    """
    rows = read_table(data, sheet_name="")
    groups: list[tuple[str, dict[str, tuple[float, int]]]] = []
    columns: tuple[int, int] | None = None
    for row in rows:
        columns = _journal_columns(row) or columns
        direction = _direction(row)
        if direction is None:
            if _name(row) and _journal_columns(row) is None:
                groups.append((_name(row), {}))
        elif columns is None or not groups:
            raise ExchangeError(_NO_HEADER, report=_JOURNAL_REPORT)
        else:
            percent, number = _decimal(row, columns[0]), _whole(row, columns[1])
            groups[-1][1][direction] = (percent, number)
    return _whole_groups(groups)


_JOURNAL_REPORT = "Сравнение отметок с отметками по журналу"
_NO_HEADER = "Это не отчёт «%(report)s»: нет строки заголовков этого отчёта"


def _whole_groups(
    groups: Sequence[tuple[str, Mapping[str, tuple[float, int]]]],
) -> tuple[JournalGroup, ...]:
    complete = [one for one in groups if set(one[1]) == set(_DIRECTIONS.values())]
    if not complete:
        raise ExchangeError(_NO_HEADER, report=_JOURNAL_REPORT)
    return tuple(
        JournalGroup(
            name=name,
            percent={way: share for way, (share, _) in ways.items()},
            number={way: number for way, (_, number) in ways.items()},
        )
        for name, ways in complete
    )


class _WrongCellError(ExchangeError):
    def __init__(self, wrong: Problem) -> None:
        super().__init__("В файле ошибка. %(first)s", first=wrong)
        self.problem = wrong


@dataclass(frozen=True, kw_only=True, slots=True)
class _Individual:
    """How one participant is read."""

    columns: Mapping[str, int]
    criteria: Mapping[int, str]
    school: int

    def row(self, row: TableRow) -> IndividualRow:
        code = _cell(row, self.columns[_CODE])
        if not (code.isascii() and code.isdigit()):
            raise _wrong(row, self.columns[_CODE], "Код участника: ожидались только цифры")
        school = _cell(row, self.school).lower()
        if _LOGIN.fullmatch(school) is None:
            raise _wrong(row, self.school, "Ожидался логин школы, например edu123456")
        absent = any(_ABSENT in cell.lower() for cell in row.cells)
        return IndividualRow(
            school=school,
            code=code,
            absent=absent,
            points={} if absent else self._points(row),
            total=None if absent else _whole(row, self.columns[_TOTAL]),
            mark=self._mark(row, _MARK),
            journal=self._mark(row, _JOURNAL),
        )

    def _points(self, row: TableRow) -> Mapping[str, int | None]:
        return {label: _points(row, place) for place, label in self.criteria.items()}

    def _mark(self, row: TableRow, name: str) -> int | None:
        place = self.columns.get(name)
        text = "" if place is None else _cell(row, place)
        return int(text) if text in {str(mark) for mark in MARKS} else None


def _criteria(header: TableRow) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for place, name in enumerate(header.cells):
        try:
            found[place] = criterion_of_header(name).label
        except ScoringError:
            continue  # a column of another kind
    if not found:
        raise ExchangeError("В заголовках отчёта нет критериев вида «1 (2б)»")
    return found


def _points(row: TableRow, place: int) -> int | None:
    text = _cell(row, place)
    if not text or text in _NOT_ATTEMPTED:
        return None
    return _whole(row, place)


def _school_column(rows: Sequence[TableRow]) -> int:
    """The column that holds logins; its header differs from year to year."""
    for row in rows:
        for place, cell in enumerate(row.cells):
            if _LOGIN.fullmatch(cell.lower()):
                return place
    raise ExchangeError("В отчёте нет ни одного логина школы вида edu123456")


def _head_of(rows: Sequence[TableRow]) -> tuple[str, int | None]:
    subject, grade = "", None
    for row in rows:
        for place, cell in enumerate(row.cells):
            found = _GRADE.search(cell)
            grade = int(found[1]) if found and grade is None else grade
            if _plain(cell).rstrip(":") == "предмет":
                subject = next((one for one in row.cells[place + 1 :] if one), "")
    return subject, grade


def _header(rows: Sequence[TableRow], names: Sequence[str], report: str) -> tuple[int, TableRow]:
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        plain = {_plain(cell) for cell in row.cells}
        if plain.issuperset(names):
            return at, row
    raise ExchangeError(_NO_HEADER, report=report)


def _count_column(columns: Mapping[str, int]) -> int:
    for name, place in columns.items():
        if "участник" in name and ("кол" in name or "числ" in name):
            return place
    raise ExchangeError("В отчёте нет столбца с количеством участников")


def _groups(rows: Sequence[TableRow]) -> Iterator[TableRow]:
    yield from (row for row in rows if _name(row) and any(row.cells[1:]))


def _journal_columns(row: TableRow) -> tuple[int, int] | None:
    """Where percent and number stand, if this is the row of headers."""
    plain = [_plain(cell) for cell in row.cells]
    percent = _first(plain, lambda cell: cell == "%" or cell.startswith("процент"))
    number = _first(plain, lambda cell: cell.startswith(("кол", "числ")))
    return None if percent is None or number is None else (percent, number)


def _first(cells: Sequence[str], fits: Callable[[str], bool]) -> int | None:
    return next((place for place, cell in enumerate(cells) if fits(cell)), None)


def _direction(row: TableRow) -> str | None:
    plain = _plain(_name(row))
    return next((way for word, way in _DIRECTIONS.items() if plain.startswith(word)), None)


def _name(row: TableRow) -> str:
    return next((cell for cell in row.cells if cell), "")


def _cell(row: TableRow, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _whole(row: TableRow, place: int) -> int:
    text = _cell(row, place)
    if not (text.isascii() and text.isdigit()):
        raise _wrong(row, place, "Ожидалось целое число")
    return int(text)


def _decimal(row: TableRow, place: int) -> float:
    text = _cell(row, place).replace(",", ".").rstrip("%").strip()
    try:
        found = float(text)
    except ValueError as error:
        raise _wrong(row, place, "Ожидалось число процентов") from error
    if not 0 <= found <= 100:  # noqa: PLR2004 - a percentage
        raise _wrong(row, place, "Ожидалось число процентов")
    return found


def _wrong(row: TableRow, place: int, text: str) -> _WrongCellError:
    return _WrongCellError(problem(address(row.number, place + 1), _cell(row, place), text))
