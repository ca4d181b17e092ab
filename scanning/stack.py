"""The order of the stack: pages of one script mostly lie together (a hidden Markov model)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

NOBODY = 0.01  # share of pages whose field belongs to nobody on the list
GOES_ON = 0.92  # the next page is of the same script while pages are left: few scripts lose one
GOES_ON_COMPLETE = 0.03  # and when none is left: a page scanned twice, a second sheet
GOES_ON_UNKNOWN = 0.7  # where the length of a script is not known: three or four pages


def posteriors(likelihoods: Matrix, *, pages: int | None) -> Matrix:
    """For every page, the probability of every code and, last, of nobody.

    Args:
        likelihoods: (pages of the stack, codes), each beside a field filled at random.
        pages: pages expected in a script.

    A state is a code and how many pages of it lie above in the stack; the next page has the same
    code with a chance that falls when the script is complete, else any other code, or nobody's.
    Forward-backward, scaled at each page (Rabiner, "A tutorial on hidden Markov models", 1989).
    """
    count, codes = likelihoods.shape
    emission = np.column_stack([likelihoods, np.ones(count)])[:, :, None]
    share = np.append(np.full(codes, (1 - NOBODY) / codes), NOBODY)[:, None]
    stay = _stay(pages)
    forward = np.empty((count, codes + 1, len(stay)))
    backward = np.empty_like(forward)
    state = np.zeros(forward.shape[1:])
    state[:, :1] = share
    for index in range(count):
        state = _normal((state if index == 0 else _step(state, share, stay)) * emission[index])
        forward[index] = state
    state = np.ones(forward.shape[1:])
    for index in range(count - 1, -1, -1):
        backward[index] = state
        state = _normal(_back(state * emission[index], share, stay))
    both = (forward * backward).sum(axis=2)
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def _stay(pages: int | None) -> Matrix:
    """By the number of pages seen, the chance that the next one is of the same script."""
    if pages is None:
        return np.array([GOES_ON_UNKNOWN])
    return np.array([GOES_ON] * (pages - 1) + [GOES_ON_COMPLETE])


def _step(state: Matrix, share: Matrix, stay: Matrix) -> Matrix:
    going_on = state * stay
    after = np.zeros_like(state)
    after[:, 1:] = going_on[:, :-1]
    after[:, -1] += going_on[:, -1]
    after[:, :1] += share * float((state * (1 - stay)).sum())
    return after


def _back(weighted: Matrix, share: Matrix, stay: Matrix) -> Matrix:
    following = np.concatenate([weighted[:, 1:], weighted[:, -1:]], axis=1)
    return np.asarray(stay * following + (1 - stay) * float((share * weighted[:, :1]).sum()))


def _normal(state: Matrix) -> Matrix:
    return np.asarray(state / state.sum())
