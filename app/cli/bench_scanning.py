"""The scanning benchmark: every figure of codes, barcodes, geometry, speed, memory, privacy."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.bench_anonymous import find_leaks
from app.cli.bench_barcodes import (
    CONDITIONS,
    printed_pages,
    read_archive,
    read_rightly,
    read_under,
)
from app.cli.bench_pages import Tally, tally_pages
from app.cli.bench_reading import (
    bare_pages_a_second,
    make_stack,
    memory_of_long_file,
    pages_a_second,
    share_of_bare,
)
from app.cli.bench_strangers import refuse_all
from scanning.practice import CodeScheme

PAGES, SEED = 900, 1
CLEAN, SPOILT = 200, 50
LONG = 500


def run(
    *,
    quick: bool,
    pages: int | None = None,
    seed: int | None = None,
    samples: Path | None = None,
) -> None:
    """Measure everything and print a line a figure.

    Args:
        quick: few pages and single runs.
        pages: how many pages of classes by lot to read.
        seed: of everything that is drawn by lot.
        samples: an archive of photographs of barcodes with their texts beside them.
    """
    lot = SEED if seed is None else seed
    _speed(lot, quick=quick)
    _strangers(lot)
    _barcodes(lot, samples, quick=quick)
    _leaks(lot, quick=quick)
    _codes(pages or (120 if quick else PAGES), lot)


def _say(figure: str, value: str, must: str) -> None:
    click.echo(f"{figure:<58}{value:>16}   {must}")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.2f} %"


def _codes(pages: int, seed: int) -> None:
    tallies = tally_pages(pages=pages, seed=seed)
    every = Tally()
    for tally in tallies.values():
        every.add(tally)
    apart = Tally()
    for scheme in (CodeScheme.RANDOM, CodeScheme.DISTANT):
        apart.add(tallies[scheme])
    near = tallies[CodeScheme.CONSECUTIVE]
    for fault in every.faults:
        click.echo(f"  {fault}")
    _say(f"{every.pages} pages by lot, seed {seed}: wrong codes", str(every.wrong), "must be 0")
    for name, tally, must in (("random or apart", apart, 95), ("consecutive", near, 85)):
        figure = f"{name}: named {tally.named} of {tally.nameable} nameable"
        _say(figure, _percent(tally.named, tally.nameable), f"must be >= {must} %")
    figure = f"located, {every.located} of {every.forms} pages with a form"
    _say(figure, _percent(every.located, every.forms), "must be >= 99 %")
    turned = _percent(every.turned_right, every.located)
    _say("direction right of those", turned, "must be >= 99.9 %")
    dropped = _percent(every.blanks_dropped, every.blanks)
    _say(f"blank backs dropped, of {every.blanks}", dropped, "must be >= 98 %")
    _say(f"scripts lost to it, of {every.written} written pages", str(every.lost), "must be 0")
    _say("named where a careful reader asks, rightly all the same", str(every.bold), "")


def _barcodes(seed: int, samples: Path | None, *, quick: bool) -> None:
    sheets = printed_pages(count=20 if quick else CLEAN, seed=seed)
    clean = sum(read_rightly(page, page.image) for page in sheets)
    _say(
        f"printed QR, {len(sheets)} clean pages", _percent(clean, len(sheets)), "must be >= 99.5 %"
    )
    spoilt = sheets[: 10 if quick else SPOILT]
    right = {name: read_under(name, spoilt, seed=seed) for name in CONDITIONS}
    for name, count in right.items():
        _say(f"  {name}", _percent(count, len(spoilt)), "")
    whole = _percent(sum(right.values()), len(spoilt) * len(right))
    _say(f"printed QR, {len(right)} hard conditions together", whole, "must be >= 92 %")
    if samples is None:
        click.echo("photographs of QR: give the archive with --samples")
        return
    found = read_archive(samples)
    share = _percent(found.right, found.images)
    _say(f"photographs of QR, {found.images}: read right", share, "must be >= 93 %")
    _say("the same: wrong texts", str(found.wrong), "must be 0")


def _speed(seed: int, *, quick: bool) -> None:
    for dpi in (150, 200, 300):
        stack = make_stack(dpi=dpi, seed=seed)
        bare, whole, share = share_of_bare(stack, runs=1 if quick else 3)
        figure = f"{dpi} dpi: bare {bare:.1f} / whole {whole:.1f} ms a page, one core"
        _say(figure, f"{share:.2f}", "must be >= 0.25")
    stack = make_stack(dpi=200, seed=seed)
    one, two = (
        max(pages_a_second(stack, processes=each, times=2) for _ in range(1 if quick else 2))
        for each in (1, 2)
    )
    figure = f"pages a second by one process {one:.1f}, by two {two:.1f}"
    _say(figure, f"{two / one:.2f}", "must be >= 1.8 on two free cores")
    one, two = (bare_pages_a_second(stack, processes=each) for each in (1, 2))
    figure = f"reference, bare pages a second by one process {one:.1f}, by two {two:.1f}"
    _say(figure, f"{two / one:.2f}", "what these two cores can give")
    long = memory_of_long_file(pages=50 if quick else LONG, seed=seed)
    figure = f"PDF of {50 if quick else LONG} pages, {long.file:.0f} MB: reader / its child"
    most = f"must be <= {long.file + 150 * 1.048576:.0f} MB"
    _say(figure, f"{long.reader:.0f} / {long.child:.0f} MB", most)


def _strangers(seed: int) -> None:
    outcomes, read = refuse_all(seed=seed)
    for each in outcomes:
        if each.reason is None:
            click.echo(f"  {each.name} was read")
    refused = sum(each.reason is not None for each in outcomes)
    _say("hostile files refused with a reason", f"{refused} of {len(outcomes)}", "must be all")
    slowest = max(outcomes, key=lambda each: each.seconds)
    _say(f"the slowest: {slowest.name}", f"{slowest.seconds:.2f} s", "must be <= 5")
    largest = max(outcomes, key=lambda each: each.megabytes)
    _say(f"the largest: {largest.name}", f"{largest.megabytes:.0f} MiB", "must be <= 512")
    _say("good files read after each", f"{read} of {len(outcomes)}", "must be all")


def _leaks(seed: int, *, quick: bool) -> None:
    leaks = find_leaks(classes=2 if quick else 8, seed=seed)
    told = f"{leaks.texts} / {leaks.metadata} / {leaks.barcodes} / {leaks.fields}"
    figure = f"{leaks.pictures} pictures for experts: text / EXIF / QR / fields"
    _say(figure, told, "must be 0")
