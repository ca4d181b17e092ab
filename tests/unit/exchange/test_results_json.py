"""vpr-results/1: read strictly, written stably."""

import copy
import json

import pytest

from app.exchange import results_json
from app.exchange.federal_form import read_results, write_results
from app.exchange.problems import ExchangeError, FileProblemsError
from scoring import X
from tests.unit.exchange.federal import absent, results, row

FORM = results(row("00012"), absent("00013"))
TREE = json.loads(write_results(FORM))


def key(target: object, step: str) -> object:
    return int(step) if isinstance(target, list) else step


def changed(path: str, value: object) -> bytes:
    tree = copy.deepcopy(TREE)
    target = tree
    *steps, last = path.split("/")
    for step in steps:
        target = target[key(target, step)]
    if value is ...:
        del target[last]
    else:
        target[key(target, last)] = value
    return json.dumps(tree, ensure_ascii=False).encode()


def test_form_comes_back_as_it_was() -> None:
    assert read_results(write_results(FORM).encode()) == FORM


def test_written_form_has_the_stated_fields() -> None:
    assert TREE["format"] == "vpr-results/1"
    assert TREE["exam"]["criteria"][3] == {"label": "4К2", "max": 2, "depends_on": "4К1"}
    assert TREE["rows"][0]["points"] == {"1": 3, "9.1": "X", "4К1": 2, "4К2": 1}
    assert TREE["rows"][1] == {
        "code": "00013",
        "variant": "absent",
        "points": {},
        "class_serial": 1,
        "previous_mark": None,
    }


def test_labels_in_another_spelling_are_understood() -> None:
    data = write_results(FORM).replace("4К", "4K").replace("9.1", "9,1").encode()
    assert read_results(b"\xef\xbb\xbf" + data) == FORM
    assert FORM.rows[0].points["9.1"] is X


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("format", "vpr-results/2", "format: «vpr-results/2». Ожидалось vpr-results/1"),
        ("format", ..., "Нет обязательного поля «format»"),
        ("extra", 1, r"\$.extra: «1». Неизвестное поле"),
        ("exam", [], "exam: .* Ожидался объект"),
        ("exam/subject", " ", "exam.subject: .*непустой текст"),
        ("exam/grade", 12, "exam.grade: «12». Ожидалось целое от 1 до 11"),
        ("exam/grade", True, "exam.grade"),
        ("exam/year", "2026", "exam.year: «2026»"),
        ("exam/criteria", {}, "exam.criteria: .*Ожидался список"),
        ("exam/criteria", [], "exam.criteria: .*ни одного критерия"),
        ("exam/criteria/0/label", "К", r"exam.criteria\[0\]: «К».*не обозначение"),
        ("exam/criteria/0/max", 0, r"exam.criteria\[0\].max"),
        ("exam/criteria/0/depends_on", "1", "зависит от самого себя"),
        ("exam/criteria/0/depends_on", "7", "которого в работе нет"),
        ("exam/criteria/0/depends_on", 7, r"exam.criteria\[0\].depends_on"),
        ("exam/criteria/1/label", "1", "указан дважды"),
        ("rows", None, "rows: .*Ожидался список"),
        ("rows/0", 5, r"rows\[0\]: «5». Ожидался объект"),
        ("rows/0/code", 12, r"rows\[0\].code: «12». Ожидался непустой текст"),
        ("rows/0/code", "1а", r"rows\[0\]: .*ожидались цифры"),
        ("rows/0/code", "00013", "указан дважды"),
        ("rows/0/code", "013", "разной длины"),
        ("rows/0/name", "?", r"rows\[0\].name: .*Неизвестное поле"),
        ("rows/0/variant", "none", r"rows\[0\].variant"),
        ("rows/0/variant", 0, r"rows\[0\].variant"),
        ("rows/0/variant", "absent", "отсутствовал, но баллы указаны"),
        ("rows/0/points", [], r"rows\[0\].points: .*Ожидался объект"),
        ("rows/0/points", {}, "Нет баллов по критериям: 1, 9.1, 4К1, 4К2"),
        ("rows/0/points/1", 6, r"rows\[0\].points\[.1.\]: «6». Ожидалось целое от 0 до 5 или X"),
        ("rows/0/points/1", "x", "от 0 до 5 или X"),
        ("rows/0/points/1", True, "от 0 до 5 или X"),
        ("rows/0/points/1", 1.0, "от 0 до 5 или X"),
        ("rows/0/points/8", 1, "нет критерия 8"),
        ("rows/0/points/9,1", 1, "указан дважды"),
        ("rows/0/points/4К1", 0, "допустимо только 0 или X"),
        ("rows/0/class_serial", None, r"rows\[0\].class_serial: .*от 1 до 50"),
        ("rows/0/class_serial", 51, "от 1 до 50"),
        ("rows/0/previous_mark", 1, r"rows\[0\].previous_mark: .*от 2 до 5"),
    ],
)
def test_wrong_value_is_named_with_its_path(path: str, value: object, words: str) -> None:
    with pytest.raises(FileProblemsError, match=words):
        read_results(changed(path, value))


def test_all_wrong_rows_are_told_at_once() -> None:
    tree = copy.deepcopy(TREE)
    for wrong in tree["rows"]:
        wrong["class_serial"] = 0
    with pytest.raises(FileProblemsError) as caught:
        read_results(json.dumps(tree).encode())
    assert [one.place for one in caught.value.problems] == [
        "rows[0].class_serial",
        "rows[1].class_serial",
    ]


@pytest.mark.parametrize("data", [b"", b"[", b"\xff", b'{"format": 1, "format": 2}', b"[" * 10**5])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(ExchangeError):
        read_results(data)


def test_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_json, "LARGEST_BYTES", 3)
    with pytest.raises(ExchangeError, match="Файл больше"):
        read_results(b"    ")
