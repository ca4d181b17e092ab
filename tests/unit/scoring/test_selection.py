"""Which works differ significantly from their school's mean."""

import numpy as np
import pytest
from scipy import stats

from scoring.selection import TooFewWorksError, unusual_works

PLAIN = {f"s{place}": score for place, score in enumerate([9, 10, 11] * 5)}


def test_work_far_from_its_school_is_found() -> None:
    (found,) = unusual_works({**PLAIN, "far": 20})
    assert (found.script, found.raw_score, found.school_mean) == ("far", 20, 10.0)


def test_plain_school_is_left_alone() -> None:
    assert unusual_works(PLAIN) == ()


def test_p_value_is_students_prediction_times_the_number_of_works() -> None:
    (found,) = unusual_works({**PLAIN, "far": 20})
    others = np.array(list(PLAIN.values()))
    t = (20 - 10) / (others.std(ddof=1) * np.sqrt(1 + 1 / 15))
    assert found.p_value == pytest.approx(2 * stats.t.sf(t, 14) * 16)


def test_equal_scores_leave_only_the_different_one() -> None:
    same = {f"s{place}": 7 for place in range(12)}
    assert unusual_works(same) == ()
    assert [work.script for work in unusual_works({**same, "other": 8})] == ["other"]


def test_most_unusual_work_comes_first() -> None:
    found = unusual_works({**PLAIN, "far": 25, "low": 0}, significance=0.5)
    assert [work.script for work in found] == ["far", "low"]


def test_small_school_is_refused_with_its_count() -> None:
    with pytest.raises(TooFewWorksError, match=r"Работ в школе: 9; .* от 10"):
        unusual_works(dict.fromkeys("abcdefghi", 5))


def test_schools_without_unusual_works_are_named_as_rarely_as_promised() -> None:
    rng = np.random.default_rng(1)
    schools = rng.normal(20, 4, size=(400, 25)).round().astype(int)
    named = sum(bool(unusual_works({str(i): int(s) for i, s in enumerate(x)})) for x in schools)
    assert named / 400 < 0.09
