"""Many tests at once: which of them stand when the share of false ones is held (1995)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def adjusted_p(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted by Benjamini and Hochberg, in the given order; scipy does it rightly.

    Raises:
        ValueError: A value is outside 0 to 1.
    """
    if not len(p_values):
        return ()
    # Seconds to load, and a server that starts does not need it.
    from scipy.stats import false_discovery_control  # noqa: PLC0415

    found: list[float] = false_discovery_control(np.asarray(p_values, dtype=float)).tolist()
    return tuple(found)


def discoveries(p_values: Sequence[float], *, rate: float) -> tuple[bool, ...]:
    """Which tests stand when at most that share of those named is false on average."""
    return tuple(p <= rate for p in adjusted_p(p_values))
