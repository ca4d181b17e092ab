"""The benchmark's lines about experts and overlap, in small: they run, and tell what was met."""

from __future__ import annotations

from app.cli.bench_fairness.experts import lines as expert_lines
from app.cli.bench_fairness.overlap import lines as overlap_lines


def test_lines_about_experts_name_their_bar_and_whether_it_is_met():
    found = [*expert_lines(quick=True), *overlap_lines(quick=True)]
    assert len(found) >= 15
    assert all(one.bar and one.measured for one in found)
    exact = [one for one in found if one.figure.startswith(("published", "overlap"))]
    assert len(exact) == 7
    assert all(one.met for one in exact)
