"""A line at the tail of a finished document, where programs that open it do not look."""

from __future__ import annotations

_PDF, _ZIP_END = b"%PDF-", b"PK\x05\x06"
# The end record of a ZIP archive without a comment; the comment's length are its last two bytes.
_ZIP_END_SIZE = 22


def with_tail(content: bytes, line: str) -> bytes:
    """The document with the line: a comment of a PDF or of a ZIP archive, which XLSX files are.

    A document of another kind, or one that carries a comment already, is left as it is.
    """
    told = line.strip().encode()
    if content.startswith(_PDF):
        return content.rstrip(b"\r\n") + b"\n%" + told + b"\n"
    end = content[-_ZIP_END_SIZE:]
    if end.startswith(_ZIP_END) and end.endswith(b"\x00\x00"):
        return content[:-2] + len(told).to_bytes(2, "little") + told
    return content
