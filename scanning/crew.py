"""Several processes read the pages of many files, each with its own child that decodes them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import BinaryIO, Generic, TypeVar

from scanning.child import ChildReader
from scanning.raw import Limits, RawPage, RejectedFile, Share

Result = TypeVar("Result")
PAGES_WORTH_A_PROCESS = 16  # read in the time that a process and its child take to start


class ReaderDiedError(RuntimeError):
    """A process that reads pages ended before its work did."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file to read: what to call it in refusals, and how to open it.

    `opened` may refuse; it is called in the process that reads.
    """

    name: str
    opened: Callable[[], BinaryIO]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told(Generic[Result]):
    """One thing that happened: a page of a file was read, or the file was refused or is at its end.

    Attributes:
        file: which of the files, counted from 0.
        index: the page's number in its file; None where it is the file's own news.
        result: what was made of the page.
        refusal: why the file is refused.
    """

    file: int
    index: int | None = None
    result: Result | None = None
    refusal: RejectedFile | None = None


def processes_for(pages: int | None) -> int:
    """Among how many processes so many pages are best shared: one a processor, fewer for few.

    Args:
        pages: how many there are; None when it is not known.
    """
    cores = len(os.sched_getaffinity(0))
    return cores if pages is None else max(1, min(cores, pages // PAGES_WORTH_A_PROCESS))


def read_files(
    files: Sequence[Source],
    work: Callable[[int, RawPage], Result],
    *,
    processes: int,
    limits: Limits | None = None,
) -> Iterator[Told[Result]]:
    """Read every page of every file once, and tell of each in their order.

    The end of a file is told once, after all its pages; so is its refusal, instead of the end and
    maybe after some of its pages.

    Args:
        files: what to read.
        work: what to make of a page, given the number of its file; it runs in the process that
            read the page, and what it gives must be picklable when there are several.
        processes: among how many the pages are shared; with one, this process does it all.
        limits: what one file may ask for.

    Raises:
        ReaderDiedError: a process crashed.
        OSError: `opened` or `work` met one.
    """
    if processes <= 1:
        yield from _share(files, work, limits, 0, 1)
    else:
        yield from _in_order(_from_processes(files, work, limits, processes), processes)


def _share(
    files: Sequence[Source],
    work: Callable[[int, RawPage], Result],
    limits: Limits | None,
    number: int,
    of: int,
) -> Iterator[Told[Result]]:
    """One process's share: every so manieth page, turning on with every file."""
    with ChildReader(limits) as reader:
        for place, file in enumerate(files):
            share = Share(part=(number - place) % of, of=of)
            try:
                with file.opened() as stream:
                    for raw in reader.read(stream, name=file.name, share=share):
                        yield Told(file=place, index=raw.index, result=work(place, raw))
            except RejectedFile as refusal:
                yield Told(file=place, refusal=refusal)
            else:
                yield Told(file=place)


def _in_order(news: Iterator[Told[Result]], processes: int) -> Iterator[Told[Result]]:
    """The pages of one file after another; its end when every process has come to it."""
    waiting: dict[int, dict[int, Told[Result]]] = {}
    ends: dict[int, list[RejectedFile | None]] = {}
    file, index = 0, 0
    for told in news:
        if told.index is None:
            ends.setdefault(told.file, []).append(told.refusal)
        else:
            waiting.setdefault(told.file, {})[told.index] = told
        while True:
            page = waiting.get(file, {}).pop(index, None)
            ended = ends.get(file, [])
            if page is not None:
                yield page
                index += 1
            elif len(ended) == processes:
                refusal = next((each for each in ended if each is not None), None)
                yield Told(file=file, refusal=refusal)
                waiting.pop(file, None)
                file, index = file + 1, 0
            else:
                break


def _from_processes(
    files: Sequence[Source],
    work: Callable[[int, RawPage], Result],
    limits: Limits | None,
    processes: int,
) -> Iterator[Told[Result]]:
    """What the processes tell, until all have said that they are done."""
    context = multiprocessing.get_context("fork")
    lines: list[Connection] = []
    crew: list[ForkProcess] = []
    try:
        for number in range(processes):
            ours, theirs = context.Pipe(duplex=False)
            child = context.Process(
                target=_serve,
                args=(theirs, (*lines, ours), files, work, limits, number, processes),
            )
            child.start()
            theirs.close()
            lines.append(ours)
            crew.append(child)
        yield from _heard(lines)
    finally:
        for child in crew:
            child.kill()
            child.join()


def _heard(lines: list[Connection]) -> Iterator[Told[Result]]:
    open_lines = list(lines)
    while open_lines:
        for line in wait(open_lines):
            if not isinstance(line, Connection):
                continue
            try:
                told = line.recv()
            except EOFError as error:
                raise ReaderDiedError("a process that reads pages died") from error
            if isinstance(told, OSError):
                raise told
            if told is None:
                open_lines.remove(line)
            else:
                yield told


def _serve(
    line: Connection,
    not_mine: Sequence[Connection],
    files: Sequence[Source],
    work: Callable[[int, RawPage], Result],
    limits: Limits | None,
    number: int,
    of: int,
) -> None:
    """One process of the crew; what the disk or the network refuses is told as it is."""
    for other in not_mine:  # held open here, they would hide from us that our listener has died
        other.close()
    try:
        for told in _share(files, work, limits, number, of):
            line.send(told)
        line.send(None)
    except BrokenPipeError:
        return
    except OSError as error:
        line.send(error)
