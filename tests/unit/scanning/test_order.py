import numpy as np
import pytest

from scanning.order import quantile


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("shape", [(1,), (2,), (7, 11), (220,)])
def test_a_quantile_is_the_one_that_numpy_gives(share, shape):
    values = np.random.default_rng(3).normal(100, 40, shape)

    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)))


def test_grey_levels_between_two_pixels_are_not_cut_to_whole_ones():
    assert quantile(np.array([10, 20], np.uint8), 0.5) == 15
