"""A problem's fingerprint, the same whatever the order of its lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from assignment.problem import Expert, Problem


def digest(problem: Problem) -> str:
    """SHA-256 in hexadecimal of everything that a plan depends on."""
    sha = hashlib.sha256(repr(problem.rules).encode())
    for part in _parts(problem):
        sha.update(b"\x1d")
        for line in sorted(part):
            sha.update(line.encode())
            sha.update(b"\x1e")
    return sha.hexdigest()


def _parts(problem: Problem) -> Iterable[Iterable[str]]:
    yield (repr(exam) for exam in problem.exams)
    yield (repr(school) for school in problem.schools)
    yield (repr(row) for row in problem.classes)
    yield (
        repr((s.code, s.class_id, s.exam, s.k, sorted(s.exclude) if s.exclude else ()))
        for s in problem.scripts
    )
    yield map(_expert, problem.experts)
    yield (repr((row.code, sorted(row.experts))) for row in problem.previous)
    yield problem.dropped
    yield (repr(pair) for pair in problem.begun)


def _expert(expert: Expert) -> str:
    return repr(
        (
            expert.id,
            expert.school,
            sorted(expert.also_at),
            expert.capacity,
            expert.min_load,
            sorted((row.subject, row.since.isoformat()) for row in expert.qualifications),
            sorted(expert.teaches),
            sorted((row.level.value, row.ref) for row in expert.conflicts),
        )
    )
