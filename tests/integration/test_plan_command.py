"""`sverka plan` and `sverka check-plan`, from file to file."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

import assignment.flow
from app.cli import main

EXPERT = {
    "id": "e",
    "school": "B",
    "capacity": 3,
    "subjects": [{"subject": "math", "since": "2015-09-01"}],
    "teaches": [],
    "conflicts": [],
}


def instance(**changes):
    return {
        "format": "vpr-assign/1",
        "scheme": "municipal",
        "k": 1,
        "distinct_schools": False,
        "own_class": "avoid",
        "reciprocity": "allow",
        "routing": "split",
        "allow_external": True,
        "min_experience_years": 1,
        "leap_rule": "feb28",
        "exams": [{"id": "X", "subject": "math", "date": "2026-04-15"}],
        "schools": [{"id": "A", "participating": True}, {"id": "B", "participating": True}],
        "classes": [{"id": "A1", "school": "A"}],
        "scripts": [{"code": f"{n}", "class": "A1", "exam": "X"} for n in range(3)],
        "experts": [EXPERT],
        **changes,
    }


def run(command, folder, question, *arguments):
    path = folder / "instance.json"
    path.write_text(json.dumps(question), encoding="utf-8")
    return CliRunner().invoke(main, [command, str(path), *map(str, arguments)])


def solved(folder, question, *arguments):
    result = run("plan", folder, question, "-o", folder / "plan.json", *arguments)
    text = (folder / "plan.json").read_text(encoding="utf-8")
    return result, json.loads(text)


def test_complete_plan_ends_with_0_and_passes_its_check(tmp_path):
    result, answer = solved(tmp_path, instance(), "--seed", "7")
    assert result.exit_code == 0
    assert (answer["format"], answer["status"], answer["seed"]) == ("vpr-plan/1", "ok", 7)
    assert [row["experts"] for row in answer["assignments"]] == [["e"]] * 3
    assert len(answer["digest"]) == 64
    checked = run("check-plan", tmp_path, instance(), tmp_path / "plan.json")
    assert checked.exit_code == 0
    report = json.loads(checked.output)
    assert report["violations"] == []
    # Measured again by somebody who did not solve: all but the proof, which is the solver's.
    assert report["metrics"] == answer["metrics"] | {"fairness_gap": None}
    assert answer["metrics"]["fairness_gap"] == 0


def test_partial_plan_ends_with_1_and_proves_its_shortage(tmp_path):
    question = instance(experts=[{**EXPERT, "capacity": 1}])
    result, answer = solved(tmp_path, question)
    assert result.exit_code == 1
    assert "Не хватает мест: 2" in result.output
    assert answer["status"] == "partial"
    assert answer["certificate"] == {"scripts": ["0", "1", "2"], "experts": ["e"]}
    assert answer["shortages"][0]["reasons"] == {"full": 1}
    checked = run("check-plan", tmp_path, question, tmp_path / "plan.json")
    assert checked.exit_code == 0


def test_minimum_load_out_of_reach_is_infeasible(tmp_path):
    question = instance(experts=[{**EXPERT, "capacity": 9, "min_load": 5}])
    result, answer = solved(tmp_path, question)
    assert (result.exit_code, answer["status"], answer["assignments"]) == (1, "infeasible", [])
    rows = run("plan", tmp_path, question, "-o", tmp_path / "rows.csv")
    assert rows.exit_code == 1
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == "code,expert\n"


def test_rows_alone_are_written_as_csv(tmp_path):
    assert run("plan", tmp_path, instance(), "-o", tmp_path / "rows.csv").exit_code == 0
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as sheet:
        assert list(csv.reader(sheet)) == [["code", "expert"], *([str(n), "e"] for n in range(3))]


def test_broken_plan_is_told_rule_by_rule(tmp_path):
    _, answer = solved(tmp_path, instance())
    answer["assignments"][0]["experts"] = ["nobody"]
    (tmp_path / "plan.json").write_text(json.dumps(answer), encoding="utf-8")
    checked = run("check-plan", tmp_path, instance(), tmp_path / "plan.json")
    assert checked.exit_code == 1
    kinds = [row["kind"] for row in json.loads(checked.output)["violations"]]
    assert kinds == ["unknown_expert", "status"]


def test_certificate_that_proves_too_little_is_told(tmp_path):
    question = instance(experts=[{**EXPERT, "capacity": 1}])
    _, answer = solved(tmp_path, question)
    answer["certificate"]["scripts"] = ["0", "1"]
    (tmp_path / "plan.json").write_text(json.dumps(answer), encoding="utf-8")
    checked = run("check-plan", tmp_path, question, tmp_path / "plan.json")
    kinds = [row["kind"] for row in json.loads(checked.output)["violations"]]
    assert (checked.exit_code, kinds) == (1, ["certificate"])


def test_every_optional_field_is_read(tmp_path):
    question = instance(
        name="n",
        description="d",
        expected={"deficiency": 0},
        previous=[{"code": "0", "experts": ["f"]}, {"code": "gone", "experts": ["left"]}],
        dropped=["g"],
        scripts=[{"code": "0", "class": "A1", "exam": "X", "k": 2, "exclude": ["e", "left"]}],
        experts=[
            EXPERT,
            {**EXPERT, "id": "f", "also_at": [], "min_load": 1},
            {**EXPERT, "id": "g"},
            {**EXPERT, "id": "h", "conflicts": [{"level": "school", "ref": "B"}]},
        ],
    )
    result, answer = solved(tmp_path, question)
    assert result.exit_code == 0
    assert sorted(answer["assignments"][0]["experts"]) == ["f", "h"]
    assert answer["metrics"]["changes"] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "vpr-assign/2"}, 'format: значение "vpr-assign/2", а ожидается vpr-assign/1'),
        ({"scheme": "best"}, "scheme: значение"),
        ({"k": 0}, "k: значение 0, а ожидается целое число не меньше 1"),
        ({"k": 10**20}, "не больше 1000000000"),
        ({"k": True}, "k: значение true"),
        ({"k": 2, "routing": "whole"}, "Целиком"),
        ({"colour": "red"}, "colour: значение"),
        ({"distinct_schools": 1}, "distinct_schools: значение 1, а ожидается true или false"),
        ({"schools": {}}, "schools: значение {}, а ожидается список"),
        ({"schools": [{"id": "A"}]}, "schools[0]: значение"),
        ({"schools": ["A"]}, "schools[0]: значение"),
        ({"classes": [{"id": "A1", "school": "Z"}]}, 'classes[0].school: значение "Z"'),
        ({"scripts": [{"code": "", "class": "A1", "exam": "X"}]}, "scripts[0].code"),
        ({"scripts": [{"code": "0", "class": "A1", "exam": "Y"}]}, 'scripts[0].exam: значение "Y"'),
        ({"scripts": [{"code": "0", "class": "A1", "exam": "X"}] * 2}, "scripts[1].code"),
        (
            {"scripts": [{"code": "0", "class": "A1", "exam": "X", "exclude": ["e", "e"]}]},
            "scripts[0].exclude",
        ),
        ({"experts": [{**EXPERT, "capacity": -1}]}, "experts[0].capacity: значение -1"),
        ({"experts": [{**EXPERT, "min_load": 4}]}, "experts[0]: Эксперт e"),
        ({"experts": [{**EXPERT, "teaches": ["Z9"]}]}, "experts[0].teaches[0]"),
        (
            {"experts": [{**EXPERT, "conflicts": [{"level": "town", "ref": "A"}]}]},
            "experts[0].conflicts[0].level",
        ),
        (
            {"experts": [{**EXPERT, "conflicts": [{"level": "class", "ref": "A"}]}]},
            "experts[0].conflicts[0].ref",
        ),
        (
            {"experts": [{**EXPERT, "subjects": [{"subject": "math", "since": "2015-13-01"}]}]},
            "experts[0].subjects[0].since",
        ),
        (
            {"experts": [{**EXPERT, "subjects": [{"subject": "math", "since": "20150901"}]}]},
            "ГГГГ-ММ-ДД",
        ),
        ({"dropped": ["z"]}, "dropped[0]"),
    ],
)
def test_bad_input_is_refused_with_path_value_and_expectation(tmp_path, changes, message):
    result = run("plan", tmp_path, instance(**changes), "-o", tmp_path / "plan.json")
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "plan.json").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{", "это не JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "вложенность"),
        (b"[]", "$: значение []"),
    ],
)
def test_file_that_is_no_json_is_refused(tmp_path, text, message):
    path = tmp_path / "instance.json"
    path.write_bytes(text)
    result = CliRunner().invoke(main, ["plan", str(path), "-o", str(tmp_path / "plan.json")])
    assert result.exit_code == 2
    assert message in result.output


def test_missing_file_or_bad_plan_ends_with_2(tmp_path):
    missing = CliRunner().invoke(
        main, ["plan", str(tmp_path / "no.json"), "-o", str(tmp_path / "p.json")]
    )
    assert (missing.exit_code, "не прочесть" in missing.output) == (2, True)
    unwritable = run("plan", tmp_path, instance(), "-o", tmp_path / "no" / "plan.json")
    assert (unwritable.exit_code, "не записать" in unwritable.output) == (2, True)
    (tmp_path / "plan.json").write_text('{"format": "vpr-plan/1"}', encoding="utf-8")
    assert run("check-plan", tmp_path, instance(), tmp_path / "plan.json").exit_code == 2
    bad = '{"format": "vpr-plan/1", "status": "fine", "assignments": []}'
    (tmp_path / "plan.json").write_text(bad, encoding="utf-8")
    assert run("check-plan", tmp_path, instance(), tmp_path / "plan.json").exit_code == 2


def test_instance_too_large_for_one_plan_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(assignment.flow, "_LARGEST", 10)
    result = run("plan", tmp_path, instance(), "-o", tmp_path / "plan.json")
    assert (result.exit_code, "слишком велика" in result.output) == (2, True)
