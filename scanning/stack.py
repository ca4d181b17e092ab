"""The order of the stack: pages of one script mostly lie together (a hidden Markov model)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

PAGES_WHEN_UNKNOWN = 3
NOBODY = 0.01  # share of pages whose field belongs to nobody on the list
LEAST_STRAY = 0.05  # a page lies among those of another script


def posteriors(likelihoods: Matrix, *, pages: int | None) -> Matrix:
    """For every page, the probability of every code and, last, of nobody.

    Args:
        likelihoods: (pages of the stack, codes), each beside a field filled at random.
        pages: pages expected in a script.

    The next page has the same code with a chance that the script's length gives; otherwise any
    other code, or nobody's. Forward-backward, scaled at each page (Rabiner, "A tutorial on hidden
    Markov models", 1989).
    """
    count, codes = likelihoods.shape
    emission = np.column_stack([likelihoods, np.ones(count)])
    prior = np.append(np.full(codes, (1 - NOBODY) / max(codes, 1)), NOBODY)
    stay = _stay(pages)
    forward, backward = np.empty_like(emission), np.empty_like(emission)
    state = prior
    for index in range(count):
        state = _normal((state if index == 0 else _step(state, prior, stay)) * emission[index])
        forward[index] = state
    state = np.ones(codes + 1)
    for index in range(count - 1, -1, -1):
        backward[index] = state
        state = _normal(_back(state * emission[index], prior, stay))
    both = forward * backward
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def _stay(pages: int | None) -> float:
    length = pages or PAGES_WHEN_UNKNOWN
    return min(1 - LEAST_STRAY, 1 - 1 / length)


def _step(state: Matrix, prior: Matrix, stay: float) -> Matrix:
    return np.asarray(stay * state + (1 - stay) * prior * state.sum())


def _back(weighted: Matrix, prior: Matrix, stay: float) -> Matrix:
    return np.asarray(stay * weighted + (1 - stay) * float(prior @ weighted))


def _normal(state: Matrix) -> Matrix:
    return np.asarray(state / state.sum())
