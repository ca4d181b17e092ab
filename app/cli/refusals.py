"""Bad input at the command line: a Russian sentence on the error stream, and exit code 2."""

from __future__ import annotations

from errno import EACCES, EEXIST, EISDIR, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path
from typing import IO, Any

import click

BAD_INPUT = 2
REASONS = {
    EACCES: "нет прав",
    EEXIST: "уже есть",
    EISDIR: "это папка",
    ENOENT: "нет такого файла или папки",
    ENOSPC: "нет места на диске",
    ENOTDIR: "это не папка",
    EPERM: "нет прав",
    EROFS: "диск только для чтения",
}
"""Numbers of the system's faults -> what they mean."""


class BadInput(click.ClickException):
    """Input that a command does not understand."""

    exit_code = BAD_INPUT

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence alone, to the error stream unless told otherwise."""
        click.echo(self.format_message(), file=file, err=file is None)


def why(error: OSError) -> str:
    """What the system's fault means, in Russian where it is a usual one."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))


def read_input(path: Path) -> bytes:
    """The bytes of a file that the person named.

    Raises:
        BadInput: There is no such file, or it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: файл не читается ({why(error)})") from error


def write_output(path: Path, data: bytes) -> None:
    """Write a file that the person named.

    Raises:
        BadInput: The file cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadInput(f"{path}: файл не записать ({why(error)})") from error
