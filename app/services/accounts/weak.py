"""Passwords that somebody would try first: common ones, and those made of known words.

The lists lie in `common/`: passwords, words that everybody who knows the system would think of,
and the keyboard's rows, each in Cyrillic beside the Latin keys that it lies on. An
installation can name a file of leaked passwords beside them: SHA-1 in hex with a count, a line
each, in order, as the public service Pwned Passwords gives it out. It is searched, not read in.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import BinaryIO

_LISTS = Path(__file__).parent / "common"
_RUN_SIGNS = 4
_FEWEST_SIGNS = 4
_FEWEST_LEFT = 5
_HASH_SIGNS = 40
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def is_guessable(password: str, *, login: str) -> bool:
    """Whether the password is common, repeats itself, or is made of known words and runs."""
    plain = password.lower()
    if len(set(plain)) < _FEWEST_SIGNS or (plain + plain).find(plain, 1) < len(plain):
        return True
    forms = {plain, plain.translate(_keys())}
    if any({form, _AROUND.sub("", form)} & _read("passwords.txt") for form in forms):
        return True
    left = _without_known(plain, login=login.lower())
    return left != plain and sum(map(str.isalnum, left)) < _FEWEST_LEFT


def was_leaked(password: str, listing: Path) -> bool:
    """Whether an ordered file of SHA-1 hashes holds the password's.

    Raises:
        OSError: the file cannot be read.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with listing.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            found = _hash_from(file, middle)
            low, high = (middle + 1, high) if found and found < wanted else (low, middle)
        return _hash_from(file, low) == wanted


def _hash_from(file: BinaryIO, start: int) -> bytes:
    """The hash of the first line that begins there or later; empty after the last."""
    file.seek(max(start - 1, 0))
    if start:
        file.readline()
    return file.readline()[:_HASH_SIGNS].upper()


def _without_known(plain: str, *, login: str) -> str:
    for word in sorted({login, *_read("words.txt")} - {""}, key=len, reverse=True):
        plain = plain.replace(word, "")
    for row in sorted(_read("rows.txt")):
        for start in range(len(row) - _RUN_SIGNS + 1):
            plain = plain.replace(row[start : start + _RUN_SIGNS], "")
    return plain


@cache
def _keys() -> dict[int, str]:
    """The Latin sign on each key that types a Cyrillic one."""
    rows = [line.split() for line in _lines("keys.txt")]
    return str.maketrans(
        {
            ours: theirs
            for cyrillic, latin in rows
            for ours, theirs in zip(cyrillic, latin, strict=True)
        }
    )


@cache
def _read(name: str) -> frozenset[str]:
    return frozenset(_lines(name))


def _lines(name: str) -> list[str]:
    return (_LISTS / name).read_text(encoding="utf-8").splitlines()
