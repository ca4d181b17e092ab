"""Files that a reader must refuse, each with its own reason."""

from __future__ import annotations

from scanning.practice.truth import HostileFile


def hostile_files(*, seed: int) -> tuple[HostileFile, ...]:
    """One small file for every reason to refuse one."""
    raise NotImplementedError(seed)
