"""Several processes read the pages of many files: all of them, once, in their order."""

import errno
import io
import os
from functools import partial

import pytest

from scanning import ReaderDiedError, RejectKind, Source, processes_for, read_files
from scanning.practice import BundleFormat, PracticeSpec, Scanner, make_practice_set

TIDY = PracticeSpec(pupils=3, pages=2, traps=frozenset(), scanner=Scanner(dpi=110))
KINDS = (BundleFormat.PDF, BundleFormat.TIFF, BundleFormat.ZIP, BundleFormat.JPEG)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scans")
    made = []
    for kind in KINDS:
        spec = PracticeSpec(
            pupils=TIDY.pupils,
            pages=TIDY.pages,
            traps=TIDY.traps,
            scanner=TIDY.scanner,
            bundle=kind,
            file_stem=kind.value,
        )
        for file in make_practice_set(spec, seed=1).files:
            path = folder / file.name
            path.write_bytes(file.content)
            made.append(Source(name=file.name, opened=partial(path.open, "rb")))
    return made


def looked_at(place, raw):
    return place, raw.index, int(raw.pixels.astype(int).sum()), os.getpid()


def test_two_processes_tell_what_one_tells_in_the_same_order(sources):
    one, two = (list(read_files(sources, looked_at, processes=processes)) for processes in (1, 2))
    assert [(told.file, told.index) for told in one] == [(told.file, told.index) for told in two]
    results = [[told.result[:3] for told in each if told.result] for each in (one, two)]
    assert results[0] == results[1]
    assert len(results[0]) == len(KINDS) * 6
    assert len({told.result[3] for told in two if told.result}) == 2


def test_a_bad_file_is_refused_once_and_the_others_go_on(sources):
    bad = Source(name="bad.pdf", opened=lambda: io.FileIO(os.memfd_create("bad"), "rb"))
    told = list(read_files([sources[0], bad, sources[1]], looked_at, processes=2))
    ends = [(each.file, each.refusal) for each in told if each.index is None]
    assert [file for file, _ in ends] == [0, 1, 2]
    assert ends[0][1] is ends[2][1] is None
    assert ends[1][1].kind is RejectKind.EMPTY
    assert sum(each.index is not None for each in told) == 12


def test_a_crash_of_a_process_is_an_error_and_no_silence(sources):
    def die(place, raw):
        os._exit(3)

    with pytest.raises(ReaderDiedError):
        list(read_files(sources, die, processes=2))


def test_few_pages_are_read_by_one_process():
    assert processes_for(3) == 1
    assert processes_for(10_000) == processes_for(None) == len(os.sched_getaffinity(0))


def test_what_the_disk_refuses_is_told_as_it_is(sources):
    def refuse(place, raw):
        raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(OSError, match="no space left") as told:
        list(read_files(sources, refuse, processes=2))
    assert told.value.errno == errno.ENOSPC
