"""ZIP -> the scans inside it, in the order a scanner numbers them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from scanning.raw import Limits, RejectedFile, RejectKind

ENCRYPTED_FLAG = 0x1
SERVICE_NAMES = ("__MACOSX/", "Thumbs.db", ".DS_Store", "desktop.ini")
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)


def archived_files(
    source: BinaryIO, *, name: str, limits: Limits
) -> Iterator[tuple[str, BinaryIO]]:
    """Name and content of every file in the archive, one at a time, numbers in their order.

    Raises:
        RejectedFile: the archive is damaged, locked, empty, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = _members(archive)
            _check(members, name=name, limits=limits)
            for member in members:
                yield f"{name}/{member.filename}", io.BytesIO(archive.read(member))
    except BROKEN as error:
        if isinstance(error, RejectedFile):
            raise
        named_so = name.lower().endswith(".zip")
        kind = RejectKind.CORRUPT if named_so else RejectKind.WRONG_TYPE
        raise RejectedFile(kind, {"name": name}) from error


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    kept = [
        item
        for item in archive.infolist()
        if not item.is_dir() and not any(part in item.filename for part in SERVICE_NAMES)
    ]
    return sorted(kept, key=lambda item: _natural(item.filename))


def _check(members: list[zipfile.ZipInfo], *, name: str, limits: Limits) -> None:
    if not members:
        raise RejectedFile(RejectKind.NO_PAGES, {"name": name})
    if any(item.flag_bits & ENCRYPTED_FLAG for item in members):
        raise RejectedFile(RejectKind.ENCRYPTED, {"name": name})
    if sum(item.file_size for item in members) > limits.file_mb * 1e6:
        params = {"name": name, "limit": f"{limits.file_mb:g}"}
        raise RejectedFile(RejectKind.TOO_LARGE, params)
    if len(members) > limits.pages:
        raise RejectedFile(RejectKind.TOO_MANY_PAGES, {"name": name, "limit": limits.pages})


def _natural(filename: str) -> list[tuple[bool, int, str]]:
    """A key that puts scan_2 before scan_10."""
    parts = re.split(r"(\d+)", filename)
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
