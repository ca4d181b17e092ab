"""One seeded call: a class writes its work, the stack is scanned, the files come out."""

from __future__ import annotations

from scanning.practice.spec import PracticeSpec
from scanning.practice.truth import PracticeSet


def make_practice_set(spec: PracticeSpec, *, seed: int) -> PracticeSet:
    """Make the stack of `spec`; the same spec and seed give the same bytes."""
    raise NotImplementedError(spec, seed)
