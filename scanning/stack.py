"""The order of the stack: pages of one script mostly lie together (a hidden Markov model)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

NOBODY = 0.01  # share of pages whose field belongs to nobody on the list
GOES_ON = 0.92  # the next page is of the same script while pages are left: few scripts lose one
GOES_ON_COMPLETE = 0.03  # and when none is left: a page scanned twice, a second sheet
GOES_ON_UNKNOWN = 0.7  # where the length of a script is not known: three or four pages
SECOND_SCRIPT = 0.05  # chance that a code whose script lies complete elsewhere is written again
ROUNDS = 3  # of asking the chain; later ones change nothing
# In a stack that lies in the order of the list, the next script's code is the next one, or, where
# pupils were absent, the second, third, fourth.
STEPS = (0.82, 0.12, 0.04, 0.02)
CLEAR = 0.9  # pages less certain do not tell whether the stack lies in order
LUCK = 2.5  # standard deviations: more than that is order
NEAR_STEPS = 2  # of these, the first two tell a stack in order from chance
LEAST_CHANGES = 3  # from script to script, or order cannot be told from chance
PAIRS_BELIEVED = 5  # of neighbours in the usual way: what keeps a short stack from extremes
UNORDERED_CHANGES = 3  # seen in no stack: what keeps a short one from looking wholly in order


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """How a stack lies, as far as its clear pages tell.

    Attributes:
        goes_on: chance that the next page is of the same script while pages are left.
        in_order: of the changes from script to script, the share that follows the list of codes.
        forward: they follow it from the first code to the last; else from the last to the first.
    """

    goes_on: float
    in_order: float
    forward: bool


def posteriors(likelihoods: Matrix, *, pages: int | None) -> Matrix:
    """For every page, the probability of every code and, last, of nobody.

    What pages show by themselves tells the habits of the stack; the chain is asked again with what
    its first answer shows of it: which codes have all their pages elsewhere.

    Args:
        likelihoods: (pages of the stack, codes in the order of the list), each beside a field
            filled at random.
        pages: pages expected in a script.
    """
    habits = habits_of(likelihoods, pages=pages)
    shares = chain(likelihoods, pages=pages, habits=habits)
    for _ in range(ROUNDS - 1):
        left = likelihoods * _left_over(shares[:, :-1], pages)
        shares = chain(left, pages=pages, habits=habits)
    return shares


def _usual(pages: int | None) -> Habits:
    goes_on = GOES_ON_UNKNOWN if pages is None else GOES_ON
    return Habits(goes_on=goes_on, in_order=0.0, forward=True)


def habits_of(likelihoods: Matrix, *, pages: int | None) -> Habits:
    """What the clear pages of a stack tell of all of it, between the usual and what was seen."""
    usual = _usual(pages)
    clear = likelihoods.max(axis=1) >= CLEAR * (likelihoods.sum(axis=1) + 1)
    best = likelihoods.argmax(axis=1)
    pairs = clear[1:] & clear[:-1]
    same = int((best[1:] == best[:-1])[pairs].sum())
    within = pairs.sum() * (1.0 if pages is None else (pages - 1) / pages)
    goes_on = (same + PAIRS_BELIEVED * usual.goes_on) / (within + PAIRS_BELIEVED)
    scripts = best[clear]
    changes = np.diff(scripts)[np.diff(scripts) != 0]
    in_order, forward = _in_order(changes, codes=likelihoods.shape[1])
    return Habits(goes_on=min(usual.goes_on, float(goes_on)), in_order=in_order, forward=forward)


def _in_order(changes: npt.NDArray[np.intp], *, codes: int) -> tuple[float, bool]:
    """The share of changes that follow the list, less what chance may give, and in which sense."""
    count = len(changes)
    if count < LEAST_CHANGES:
        return 0.0, True
    by_chance = min(1.0, NEAR_STEPS / max(codes - 1, 1))
    luck = count * by_chance + LUCK * np.sqrt(count * by_chance * (1 - by_chance))
    ahead, back = (
        float(((steps >= 1) & (steps <= NEAR_STEPS)).sum()) for steps in (changes, -changes)
    )
    beyond = max(0.0, max(ahead, back) - luck)
    return beyond / (count * (1 - by_chance) + UNORDERED_CHANGES), ahead >= back


def _left_over(shares: Matrix, pages: int | None) -> Matrix:
    """For every page and code, how much less likely it is with the code's pages elsewhere.

    Pages nearer than a script is long are the chain's own concern.
    """
    if pages is None:
        return np.ones_like(shares)
    sums = np.vstack([np.zeros(shares.shape[1]), np.cumsum(shares, axis=0)])
    count = len(shares)
    low = np.clip(np.arange(count) - pages, 0, count)
    high = np.clip(np.arange(count) + pages + 1, 0, count)
    elsewhere = sums[-1] - (sums[high] - sums[low])
    complete = np.clip(elsewhere - (pages - 1), 0, 1)
    return np.asarray(1 - (1 - SECOND_SCRIPT) * complete)


def chain(likelihoods: Matrix, *, pages: int | None, habits: Habits) -> Matrix:
    """For every page, the probability of every code and, last, of nobody, by its neighbours.

    A state is a code and how many pages of it lie above in the stack; the next page has the same
    code with a chance that falls when the script is complete, else the next code of a stack in
    order, any other code, or nobody's. Forward-backward, scaled at each page (Rabiner, "A tutorial
    on hidden Markov models", 1989).
    """
    count, codes = likelihoods.shape
    emission = np.column_stack([likelihoods, np.ones(count)])[:, :, None]
    change = _change(codes, habits)
    stay = _stay(pages, habits)
    forward = np.empty((count, codes + 1, len(stay)))
    backward = np.empty_like(forward)
    state = np.zeros(forward.shape[1:])
    state[:, 0] = _anyone(codes)
    for index in range(count):
        state = _normal((state if index == 0 else _step(state, change, stay)) * emission[index])
        forward[index] = state
    state = np.ones(forward.shape[1:])
    for index in range(count - 1, -1, -1):
        backward[index] = state
        state = _normal(_back(state * emission[index], change, stay))
    both = (forward * backward).sum(axis=2)
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def _anyone(codes: int) -> Matrix:
    """The chances of every code and of nobody where nothing is known."""
    return np.append(np.full(codes, (1 - NOBODY) / codes), NOBODY)


def _change(codes: int, habits: Habits) -> Matrix:
    """From the code of one script (a row, the last is nobody) the chances of the next one's."""
    anyone = np.tile(_anyone(codes), (codes + 1, 1))
    if habits.in_order == 0:
        return anyone
    ahead = np.zeros_like(anyone)
    for step, chance in enumerate(STEPS, start=1):
        rows = np.arange(codes - step) if habits.forward else np.arange(step, codes)
        ahead[rows, rows + (step if habits.forward else -step)] = chance
    # What would lie behind the end of the list, or follows nobody, may be anyone.
    ahead += (1 - ahead.sum(axis=1, keepdims=True)) * anyone
    return np.asarray((1 - habits.in_order) * anyone + habits.in_order * ahead)


def _stay(pages: int | None, habits: Habits) -> Matrix:
    """By the number of pages seen, the chance that the next one is of the same script."""
    if pages is None:
        return np.array([habits.goes_on])
    return np.array([habits.goes_on] * (pages - 1) + [GOES_ON_COMPLETE])


def _step(state: Matrix, change: Matrix, stay: Matrix) -> Matrix:
    going_on = state * stay
    after = np.zeros_like(state)
    after[:, 1:] = going_on[:, :-1]
    after[:, -1] += going_on[:, -1]
    after[:, 0] += (state * (1 - stay)).sum(axis=1) @ change
    return after


def _back(weighted: Matrix, change: Matrix, stay: Matrix) -> Matrix:
    following = np.concatenate([weighted[:, 1:], weighted[:, -1:]], axis=1)
    return np.asarray(stay * following + (1 - stay) * (change @ weighted[:, 0])[:, None])


def _normal(state: Matrix) -> Matrix:
    return np.asarray(state / state.sum())
