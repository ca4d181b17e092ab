"""The scanning benchmark's speed and memory: against bare decoding, by two, on a long file."""

from __future__ import annotations

import io
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from app.cli.bench_strangers import peak_kb
from scanning import (
    ChildReader,
    IssuedCodes,
    PageReading,
    PageTemplate,
    RawPage,
    Source,
    anonymise,
    identify,
    open_bundle,
    read_files,
    read_page,
)
from scanning.practice import (
    BundleFormat,
    PracticeFile,
    PracticeSet,
    PracticeSpec,
    Scanner,
    make_practice_set,
)

PUPILS, PAGES = 10, 3
ENCODED_QUALITY = 60
BARE_ROUNDS = 6
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """A class's pages as single JPEG files, and what is needed to read them."""

    practice: PracticeSet
    templates: list[PageTemplate]

    @property
    def pages(self) -> int:
        """How many pages the stack has."""
        return len(self.practice.pages)


def make_stack(*, dpi: int, seed: int, bundle: BundleFormat = BundleFormat.JPEG) -> Stack:
    """A class as usual scanners give it, all traps in it."""
    spec = PracticeSpec(pupils=PUPILS, pages=PAGES, scanner=Scanner(dpi=dpi), bundle=bundle)
    practice = make_practice_set(spec, seed=seed)
    forms = [PageTemplate.from_layout(form.as_roster_layout()) for form in practice.layouts]
    return Stack(practice=practice, templates=forms)


def share_of_bare(stack: Stack, *, runs: int) -> tuple[float, float, float]:
    """Milliseconds a page bare and by the whole pipeline, and the median of their quotients.

    Both are processor time, the child's included; each run measures one right after the other.
    """
    bare, whole = [], []
    with ChildReader() as reader:
        _whole(reader, stack)
        for _ in range(runs):
            bare.append(_processor_ms(lambda: _bare(stack), reader) / stack.pages)
            whole.append(_processor_ms(lambda: _whole(reader, stack), reader) / stack.pages)
    quotients = [one / other for one, other in zip(bare, whole, strict=True)]
    return statistics.median(bare), statistics.median(whole), statistics.median(quotients)


def _bare(stack: Stack) -> None:
    """Decode every page and encode it again."""
    for file in stack.practice.files:
        with Image.open(io.BytesIO(file.content)) as image:
            image.load()
            image.save(io.BytesIO(), "JPEG", quality=ENCODED_QUALITY)


def _whole(reader: ChildReader, stack: Stack) -> None:
    """Read, identify and draw every page for experts."""
    readings = [
        _read_and_drawn(stack.templates, 0, raw)
        for file in stack.practice.files
        for raw in reader.read(file.content, name=file.name)
    ]
    issued = IssuedCodes(codes=stack.practice.issued)
    identify(readings, issued, pages_expected=stack.practice.pages_expected)


def _read_and_drawn(templates: list[PageTemplate], _: int, raw: RawPage) -> PageReading:
    reading = read_page(raw, templates)
    if reading.placement is not None:
        anonymise(raw, reading, templates[reading.placement.template], page=None)
    return reading


def _processor_ms(task: Callable[[], object], reader: ChildReader) -> float:
    before = time.process_time() + _child_seconds(reader)
    task()
    return 1000 * (time.process_time() + _child_seconds(reader) - before)


def _child_seconds(reader: ChildReader) -> float:
    """Processor seconds of the reader's child, from Linux's own account."""
    if reader.process_id is None:
        return 0.0
    told = Path(f"/proc/{reader.process_id}/stat").read_text(encoding="ascii")
    user, system = told.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / TICKS


def pages_a_second(stack: Stack, *, processes: int, times: int) -> float:
    """Pages a second when so many processes on as many cores read a long bundle.

    Processes already started. One process and its decoding child share one core, or they would
    have more than one.
    """
    free = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(free)[:processes])
    try:
        return _pages_a_second(stack, processes=processes, times=times)
    finally:
        os.sched_setaffinity(0, free)


def _pages_a_second(stack: Stack, *, processes: int, times: int) -> float:
    sources = [_source(file) for file in stack.practice.files] * times
    told = read_files(sources, partial(_read_and_drawn, stack.templates), processes=processes)
    started, count = 0.0, 0
    for each in told:
        if each.index is None:
            continue
        if count == 0:
            started = time.perf_counter()
        count += 1
    return (count - 1) / (time.perf_counter() - started)


def bare_pages_a_second(stack: Stack, *, processes: int) -> float:
    """Pages a second when so many processes, one a core, do nothing but decode and encode.

    What two cores of this machine can give at all: two threads of one core give far less than two.
    """
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        seconds = pool.map(_bare_seconds, [stack] * processes, chunksize=1)
    return BARE_ROUNDS * stack.pages * processes / max(seconds)


def _bare_seconds(stack: Stack) -> float:
    started = time.perf_counter()
    for _ in range(BARE_ROUNDS):
        _bare(stack)
    return time.perf_counter() - started


def _source(file: PracticeFile) -> Source:
    return Source(name=file.name, opened=lambda: _in_memory(file.content))


def _in_memory(content: bytes) -> io.FileIO:
    """An open file that lies in memory alone."""
    handle = os.memfd_create("bundle")
    stream = io.FileIO(handle, "rb+")
    stream.write(content)
    stream.seek(0)
    return stream


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """Megabytes of a long file and of what reading it took: the reader, and its decoding child."""

    file: float
    reader: float
    child: float


def memory_of_long_file(*, pages: int, seed: int) -> Memory:
    """Read a PDF of so many pages in a process of its own; the peaks of it and of its child."""
    spec = PracticeSpec(pupils=4, pages=5, traps=frozenset(), scanner=Scanner(dpi=200))
    practice = make_practice_set(spec, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.pdf")
        path.write_bytes(_repeated(practice, pages))
        layout = practice.layout.as_roster_layout()
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            reader, child = pool.apply(_peaks, (path, layout))
        return Memory(file=path.stat().st_size / 1e6, reader=reader, child=child)


def _repeated(practice: PracticeSet, pages: int) -> bytes:
    """The pages over and over as one PDF; every page holds an image of its own."""
    raws = [
        Image.fromarray(raw.pixels)
        for file in practice.files
        for raw in open_bundle(file.content, name=file.name)
    ]
    stack = [raws[place % len(raws)] for place in range(pages)]
    buffer = io.BytesIO()
    stack[0].save(buffer, "PDF", save_all=True, append_images=stack[1:], resolution=200)
    return buffer.getvalue()


def _peaks(path: Path, layout: object) -> tuple[float, float]:
    """Read the file page by page as the program does; megabytes resident at most."""
    template = PageTemplate.from_layout(layout)
    with ChildReader() as reader, path.open("rb") as source:
        child = 0
        for raw in reader.read(source, name=path.name):
            _read_and_drawn([template], 0, raw)
            child = max(child, peak_kb(reader.process_id or 0))
    return peak_kb(os.getpid()) * 1024 / 1e6, child * 1024 / 1e6
