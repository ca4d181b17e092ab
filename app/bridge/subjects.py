"""One subject, however people spell it: registers, plans and reports are typed by many hands."""

from __future__ import annotations


def subject_key(subject: str) -> str:
    """What two spellings of one subject have in common: case, «ё» and spaces tell nothing."""
    return " ".join(subject.casefold().replace("ё", "е").split())


def same_subject(one: str, other: str) -> bool:
    """Whether two names mean one subject."""
    return subject_key(one) == subject_key(other)
