"""The gate for workbooks from outside: a ZIP of XML parts within stated bounds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from app.exchange.problems import ExchangeError

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 64 * 1024 * 1024
# A tag costs a hundred times its bytes once it is an element: 20,000 full rows need 900,000.
MOST_TAGS = 1_500_000
MOST_PARTS = 2000
# What zipfile and zlib raise on damaged or encrypted archives.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_NOT_UTF8 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([^"']{1,40})["']""")


class PackageError(ExchangeError):
    """A file that is no workbook, or one that would harm the reader."""


def open_package(data: bytes) -> Mapping[str, bytes]:
    """The parts of an XLSX file by name, in the file's order.

    Raises:
        PackageError: No workbook, protected by a password, damaged, or out of bounds: the file
            above 20 MB, its parts above 64 MB or 2000 in number, an XML part with a DTD or with
            more tags than a full table needs.
    """
    if len(data) > LARGEST_FILE:
        raise PackageError("Файл больше %(limit)s МБ", limit=LARGEST_FILE // 2**20)
    if data.startswith(OLD_EXCEL):
        raise PackageError("Файл закрыт паролем или сохранён в старом формате: нужен XLSX")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _unpack(archive)
    except PackageError:
        raise
    except _DAMAGE as error:
        raise PackageError("Файл не открывается как книга XLSX: он повреждён") from error
    if "xl/workbook.xml" not in parts:
        raise PackageError("В файле нет книги XLSX")
    return parts


def parse_part(parts: Mapping[str, bytes], name: str) -> ET.Element:
    """The XML of a part.

    Raises:
        PackageError: The part is missing, or no XML.
    """
    if name not in parts:
        raise PackageError("В книге нет части %(name)s", name=name)
    try:
        return ET.fromstring(parts[name])  # noqa: S314 - no DTD passes `open_package`
    except ET.ParseError as error:
        raise PackageError("Часть книги %(name)s повреждена", name=name) from error


def _unpack(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_PARTS:
        raise PackageError("В книге больше %(limit)s частей", limit=MOST_PARTS)
    if len({entry.filename for entry in entries}) < len(entries):
        raise PackageError("В книге две части с одним именем")
    room = LARGEST_UNPACKED
    parts: dict[str, bytes] = {}
    for entry in entries:
        parts[entry.filename] = _unpack_part(archive, entry, room)
        room -= len(parts[entry.filename])
    return parts


def _unpack_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """One part; what it claims about its size is not believed."""
    with archive.open(entry) as stream:
        data = stream.read(room + 1)
    if len(data) > room:
        raise PackageError("Книга распаковывается больше чем в %(limit)s МБ", limit=room // 2**20)
    if entry.filename.endswith((".xml", ".rels")):
        _check_xml(entry.filename, data)
    return data


def _check_xml(name: str, data: bytes) -> None:
    if data.count(b"<") > MOST_TAGS:
        raise PackageError(
            "Часть книги %(name)s больше %(limit)s тегов", name=name, limit=MOST_TAGS
        )
    # Entities need a DTD; encodings that could hide one are not used by any spreadsheet program.
    declared = _ENCODING.search(data[:200])
    foreign = declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii")
    if foreign or b"<!DOCTYPE" in data or b"<!ENTITY" in data or data.startswith(_NOT_UTF8):
        raise PackageError("Часть книги %(name)s содержит недопустимый XML", name=name)
