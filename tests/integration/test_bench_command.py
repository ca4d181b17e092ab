"""`sverka bench`: it runs, and says no figure that must be nought is more."""

from __future__ import annotations

from click.testing import CliRunner

from app.cli import main


def test_quick_benchmark_of_assignment_prints_figures_beside_what_they_must_be():
    result = CliRunner().invoke(main, ["bench", "assignment", "--quick"], catch_exceptions=False)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("reference: sorting")
    assert len(lines) > 15
    nought = [line for line in lines if line.endswith("must be 0")]
    assert len(nought) == 5
    assert all(set(line[52:74].strip()) <= set("0 /") for line in nought)
    assert not any("differs" in line for line in lines)


def test_quick_benchmark_of_rechecks_gives_every_work_a_reader():
    result = CliRunner().invoke(main, ["bench", "rechecks", "--quick"], catch_exceptions=False)
    assert result.exit_code == 0
    nought = [line for line in result.output.splitlines() if line.endswith("must be 0")]
    assert [line[52:74].strip() for line in nought] == ["0", "0"]
    assert "200 readings given" in nought[1]
