"""What the decoding child may ask of the system: to read what it was handed, and nothing else.

A decoder that a file has taken over finds no network, no file, no program and no other process. The
list of what is allowed is short and closed (seccomp, by libseccomp); a call that is not on it fails
as forbidden.
"""

from __future__ import annotations

import codecs
import errno
import fcntl
import importlib
import io
from collections.abc import Mapping

import numpy as np
import pypdfium2
import pyseccomp
from PIL import Image

from scanning.raster import FORMATS

# Of the installation's surroundings the child sees what it needs to start, and no secret.
PASSED_ON = frozenset(
    {"LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH"}
)
# By what they are for. What is read was opened by the reader, and came over the line.
LINE = ("recvfrom", "recvmsg", "sendmsg", "sendto")
HANDED_OVER = (
    *("close", "dup", "fstat", "lseek", "pread64", "pwrite64", "read", "readv"),
    *("write", "writev"),
)
MEMORY = ("brk", "madvise", "membarrier", "mmap", "mprotect", "mremap", "munmap")
ITSELF = (
    *("clock_gettime", "clock_nanosleep", "exit", "exit_group", "futex", "getpid", "getrandom"),
    *("getrusage", "gettid", "gettimeofday", "nanosleep", "restart_syscall", "rseq"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield"),
    *("set_robust_list", "sigaltstack"),
)
# A second handle of what is open, and whether it is one.
OF_A_HANDLE = (fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL)
AT_EMPTY_PATH = 0x1000  # newer systems look at an open file so
# Pillow and zipfile load these when a file first wants them.
LOADED_LATE = ("PIL.ImageCms", "PIL.ImageColor", "PIL.ImageFilter", "PIL.ImagePalette")
ZIP_NAMES = "cp437"
MYSELF = 0
# How a child ends where the system knows no such filters: it decodes nothing there.
UNCONFINED_EXIT = 78


class NotConfinedError(RuntimeError):
    """The system cannot confine the child that decodes, so nothing is decoded."""


def bare(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that the child is given."""
    return {name: value for name, value in environment.items() if name in PASSED_ON}


def load_decoders() -> None:
    """Decode a picture of each kind: part of the decoders is read from the disk at first use."""
    codecs.lookup(ZIP_NAMES)
    for module in LOADED_LATE:
        importlib.import_module(module)
    page = Image.fromarray(np.full((8, 8), 255, np.uint8))
    for kind in FORMATS:
        content = io.BytesIO()
        page.save(content, kind)
        Image.open(content, formats=FORMATS).load()
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(8, 8).render().to_pil()


def confine() -> None:
    """Give up whatever decoding does not need, for good; after `load_decoders`.

    Raises:
        OSError: the system knows no such filters.
    """
    allowed = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    allowed.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)  # threads that numpy has started, too
    for name in (*LINE, *HANDED_OVER, *MEMORY, *ITSELF):
        allowed.add_rule(pyseccomp.ALLOW, name)
    for command in OF_A_HANDLE:
        allowed.add_rule(pyseccomp.ALLOW, "fcntl", _is(1, command))
    allowed.add_rule(pyseccomp.ALLOW, "newfstatat", _is(3, AT_EMPTY_PATH))
    allowed.add_rule(pyseccomp.ALLOW, "prlimit64", _is(0, MYSELF))
    allowed.load()


def _is(place: int, value: int) -> pyseccomp.Arg:
    """An argument of a call, counted from 0, must be this."""
    return pyseccomp.Arg(place, pyseccomp.EQ, value)
