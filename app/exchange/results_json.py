"""vpr-results/1: JSON of a form of results, read strictly and written stably."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.exchange.problems import ExchangeError, FileProblemsError, Problem, problem
from scoring import (
    ABSENT,
    Absence,
    Criterion,
    ExamScheme,
    FormRow,
    NotAttempted,
    Points,
    ResultsForm,
    ScoreSheet,
    ScoringError,
    X,
    normal_label,
)
from scoring.results import CLASS_SERIALS

FORMAT = "vpr-results/1"
LARGEST_BYTES = 50 * 1024 * 1024
_EXAM_KEYS = ("subject", "grade", "year", "criteria")
_ROW_KEYS = ("code", "variant", "points", "class_serial", "previous_mark")


def write_results(form: ResultsForm) -> str:
    """The form as vpr-results/1, ending with a new line."""
    content = {
        "format": FORMAT,
        "exam": {
            "subject": form.subject,
            "grade": form.grade,
            "year": form.year,
            "criteria": [_criterion_out(criterion) for criterion in form.scheme.criteria],
        },
        "rows": [_row_out(row) for row in form.rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_results(data: bytes) -> ResultsForm:
    """Read vpr-results/1.

    Raises:
        ExchangeError: No JSON, or too large.
        FileProblemsError: Wrong values, each with its path; nothing unknown is passed over.
    """
    content = _loaded(data)
    try:
        return _form(content)
    except ScoringError as error:
        raise _wrong("rows", "", error.text, **error.params) from error


def _criterion_out(criterion: Criterion) -> dict[str, object]:
    base = {} if criterion.depends_on is None else {"depends_on": criterion.depends_on}
    return {"label": criterion.label, "max": criterion.maximum, **base}


def _row_out(row: FormRow) -> dict[str, object]:
    return {
        "code": row.code,
        "variant": "absent" if isinstance(row.variant, Absence) else row.variant,
        "points": {k: "X" if isinstance(v, NotAttempted) else v for k, v in row.points.items()},
        "class_serial": row.class_serial,
        "previous_mark": row.previous_mark,
    }


def _loaded(data: bytes) -> object:
    if len(data) > LARGEST_BYTES:
        raise ExchangeError("Файл больше %(limit)s МБ", limit=LARGEST_BYTES // 2**20)
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_twins)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ExchangeError("Файл не читается как JSON в кодировке UTF-8") from error


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ExchangeError("Поле «%(name)s» стоит дважды в одном объекте", name=twin)
    return found


def _form(content: object) -> ResultsForm:
    top = _object("$", content, ("format", "exam", "rows"))
    if top["format"] != FORMAT:
        raise _wrong("format", top["format"], "Ожидалось %(format)s", format=FORMAT)
    exam = _object("exam", top["exam"], _EXAM_KEYS)
    scheme = _scheme(_list("exam.criteria", exam["criteria"]))
    rows = _rows(_list("rows", top["rows"]), scheme)
    return ResultsForm(
        subject=_text("exam.subject", exam["subject"]),
        grade=_whole("exam.grade", exam["grade"], range(1, 12)),
        year=_whole("exam.year", exam["year"], range(2015, 2101)),
        scheme=scheme,
        rows=rows,
    )


def _wrong(path: str, value: object, text: str, **params: object) -> FileProblemsError:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return FileProblemsError([problem(path, shown, text, **params)])


def _object(
    path: str, value: object, required: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, value, "Ожидался объект")
    for key in required:
        if key not in value:
            raise _wrong(path, "", "Нет обязательного поля «%(key)s»", key=key)
    for key in value:
        if key not in (*required, *optional):
            raise _wrong(f"{path}.{key}", value[key], "Неизвестное поле")
    return value


def _list(path: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise _wrong(path, value, "Ожидался список")
    return value


def _text(path: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path, value, "Ожидался непустой текст")
    return value


def _whole(path: str, value: object, allowed: range) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        text = "Ожидалось целое от %(first)s до %(last)s"
        raise _wrong(path, value, text, first=allowed[0], last=allowed[-1])
    return value


def _scheme(criteria: list[object]) -> ExamScheme:
    made = tuple(_criterion(f"exam.criteria[{at}]", value) for at, value in enumerate(criteria))
    try:
        return ExamScheme(criteria=made)
    except ScoringError as error:
        raise _wrong("exam.criteria", "", error.text, **error.params) from error


def _criterion(path: str, value: object) -> Criterion:
    fields = _object(path, value, ("label", "max"), ("depends_on",))
    label = _text(f"{path}.label", fields["label"])
    maximum = _whole(f"{path}.max", fields["max"], range(1, 101))
    base = fields.get("depends_on")
    if base is not None:
        base = _text(f"{path}.depends_on", base)
    try:
        return Criterion(label=label, maximum=maximum, depends_on=base)
    except ScoringError as error:
        raise _wrong(path, label, error.text, **error.params) from error


def _rows(values: list[object], scheme: ExamScheme) -> tuple[FormRow, ...]:
    """Every row; the wrong ones are told together."""
    rows: list[FormRow] = []
    problems: list[Problem] = []
    for at, value in enumerate(values):
        try:
            rows.append(_row(f"rows[{at}]", value, scheme))
        except FileProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise FileProblemsError(problems)
    return tuple(rows)


def _row(path: str, value: object, scheme: ExamScheme) -> FormRow:
    fields = _object(path, value, _ROW_KEYS)
    code = _text(f"{path}.code", fields["code"])
    variant: int | Absence = ABSENT
    if fields["variant"] != "absent":
        variant = _whole(f"{path}.variant", fields["variant"], range(1, 10**9))
    points = _points(f"{path}.points", fields["points"], scheme)
    serial = _whole(f"{path}.class_serial", fields["class_serial"], CLASS_SERIALS)
    mark = fields["previous_mark"]
    if mark is not None:
        mark = _whole(f"{path}.previous_mark", mark, range(2, 6))
    try:
        if variant is not ABSENT:
            ScoreSheet(scheme=scheme, points=points).check_complete()
        return FormRow(
            code=code, variant=variant, points=points, class_serial=serial, previous_mark=mark
        )
    except ScoringError as error:
        raise _wrong(path, code, error.text, **error.params) from error


def _points(path: str, value: object, scheme: ExamScheme) -> Mapping[str, Points]:
    found: dict[str, Points] = {}
    for written, points in _object_of_points(path, value).items():
        place = f"{path}[{json.dumps(written, ensure_ascii=False)}]"
        try:
            criterion = scheme.get_criterion(normal_label(written))
        except ScoringError as error:
            raise _wrong(place, points, error.text, **error.params) from error
        if criterion.label in found:
            raise _wrong(place, points, "Критерий указан дважды")
        found[criterion.label] = _value(place, points, criterion.maximum)
    return {label: found[label] for label in scheme.labels if label in found}


def _object_of_points(path: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _wrong(path, value, "Ожидался объект: критерий и баллы")
    return value


def _value(path: str, value: object, maximum: int) -> Points:
    if value == "X":
        return X
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= maximum:
        text = "Ожидалось целое от 0 до %(maximum)s или X"
        raise _wrong(path, value, text, maximum=maximum)
    return value
