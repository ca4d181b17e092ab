"""Who wrote what on which sheet, and what went wrong: the stack as it lies in the scanner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from scanning.practice.hand import NAME_WORDS, Hand, draw_hand
from scanning.practice.spec import CodeScheme, PracticeError, PracticeSpec, Trap
from scanning.practice.truth import Expectation, Kind

Rng = np.random.Generator

FAR_APART = 2  # digits in which two codes of the scheme "distant" differ at least
TRIES = 200_000
BASE = 10
BLANK_BACK_SHARE = 0.5
NAMED_SHARE = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One side of paper: whose it is, what its boxes hold, how it lies."""

    kind: Kind
    expect: Expectation
    hand: Hand
    page: int | None = None
    code: str | None = None
    written: str | None = None
    scribbled: bool = False
    crossed: tuple[int, str] | None = None  # the box's place and the digit first written there
    printed: str | None = None
    name: str | None = None
    rotation: int = 0
    same_scan: bool = False  # a duplicate that is the very image of the sheet before it


def issue(spec: PracticeSpec, rng: Rng) -> tuple[str, ...]:
    """The codes of the class, in the order of issuing."""
    if spec.issued is not None:
        return spec.issued
    count, digits = spec.pupils + spec.spare_codes, spec.layout.code_box.n
    low = 0 if digits == 1 else BASE ** (digits - 1)
    high = BASE**digits
    if count > high - low:
        raise PracticeError("Столько кодов не помещается в клетки: %(count)d.", count=count)
    if spec.scheme is CodeScheme.CONSECUTIVE:
        first = int(rng.integers(low, high - count + 1))
        return tuple(f"{first + k:0{digits}d}" for k in range(count))
    distance = FAR_APART if spec.scheme is CodeScheme.DISTANT else 1
    return _drawn(low, high, digits, count, distance, rng)


def _drawn(
    low: int, high: int, digits: int, count: int, distance: int, rng: Rng
) -> tuple[str, ...]:
    codes: list[str] = []
    for _ in range(TRIES):
        code = f"{int(rng.integers(low, high)):0{digits}d}"
        if all(differing(code, other) >= distance for other in codes):
            codes.append(code)
        if len(codes) == count:
            return tuple(sorted(codes))
    raise PracticeError("Столько кодов не помещается в клетки: %(count)d.", count=count)


def differing(one: str, other: str) -> int:
    """In how many places two codes of one length differ."""
    return sum(a != b for a, b in zip(one, other, strict=True))


def stack_of(spec: PracticeSpec, codes: tuple[str, ...], rng: Rng) -> list[Sheet]:
    """All sheets in the order of scanning."""
    scripts = [_script(spec, code, rng) for code in codes[: spec.pupils]]
    mishaps = _Mishaps(spec, scripts, codes, rng)
    mishaps.befall()
    sheets = [sheet for script in mishaps.scripts for sheet in script]
    if spec.dropped:
        sheets = _dropped(sheets, rng)
    return list(_with_backs(_with_foreign(sheets, spec, rng), spec, rng))


def _dropped(sheets: list[Sheet], rng: Rng) -> list[Sheet]:
    """The sheets in any order; the second copy of one scan stays behind the first."""
    leaders = [place for place, sheet in enumerate(sheets) if not sheet.same_scan]
    order = [leaders[k] for k in rng.permutation(len(leaders))]
    picked = []
    for place in order:
        picked.append(sheets[place])
        picked += [sheet for sheet in sheets[place + 1 : place + 2] if sheet.same_scan]
    return picked


def _script(spec: PracticeSpec, code: str, rng: Rng) -> list[Sheet]:
    hand = draw_hand(rng, pencil=spec.scanner.pencil)
    has_qr = any(layout.sticker for layout in spec.layouts) and rng.random() < spec.qr_share
    named = spec.layout.name_field is not None and rng.random() < NAMED_SHARE
    name = " ".join(str(word) for word in rng.choice(NAME_WORDS, 2, replace=False))
    return [
        Sheet(
            kind="script",
            expect="identify",
            hand=hand,
            page=page,
            code=code,
            written=code,
            printed=_printed(spec, code, page) if has_qr else None,
            name=name if named and page == 1 else None,
        )
        for page in range(1, spec.pages + 1)
    ]


def _printed(spec: PracticeSpec, code: str, page: int) -> str | None:
    """The text of the QR; None where the page's form has no place for it."""
    return f"{spec.qr_prefix}-{code}-{page}" if spec.layout_of(page).sticker else None


_Change = Callable[[Sheet], Sheet]


@dataclass
class _Mishaps:
    """The traps of one stack; each befalls other scripts as long as there are any."""

    spec: PracticeSpec
    scripts: list[list[Sheet]]
    codes: tuple[str, ...]
    rng: Rng
    free: list[int] = field(default_factory=list)

    def befall(self) -> None:
        """Let every trap asked for happen once, in a fixed order."""
        self.free = [int(place) for place in self.rng.permutation(len(self.scripts))]
        self._twins()
        for trap, change in (
            (Trap.WRONG_DIGIT, self._wrong_digit),
            (Trap.NEIGHBOURS_CODE, self._neighbours_code),
            (Trap.SCRIBBLED_CODE, self._scribbled),
            (Trap.EMPTY_CODE, self._empty),
            (Trap.CROSSED_DIGIT, self._crossed),
            (Trap.UPSIDE_DOWN, self._turned(180)),
            (Trap.SIDEWAYS, self._turned(int(self.rng.choice([90, 270])))),
        ):
            if trap in self.spec.traps and self.free:
                self._change_one(self.free.pop(), change)
        self._order()

    def _change_one(self, place: int, change: _Change) -> None:
        script = self.scripts[place]
        page = int(self.rng.integers(len(script)))
        script[page] = change(script[page])

    def _twins(self) -> None:
        """One pupil writes another's code on every page: both go to a person."""
        if Trap.TWINS not in self.spec.traps or len(self.free) < 2:  # noqa: PLR2004
            return
        one = self.free.pop()
        other = self.free.pop(_nearest(one, self.free))
        code = self.scripts[other][0].code
        self.scripts[one] = [replace(s, written=code, expect="human") for s in self.scripts[one]]
        self.scripts[other] = [replace(s, expect="human") for s in self.scripts[other]]

    def _wrong_digit(self, sheet: Sheet) -> Sheet:
        """A slip of the pen that makes a code nobody has, where there is such a code."""
        code = sheet.code or ""
        slips = [
            code[:place] + digit + code[place + 1 :]
            for place in range(len(code))
            for digit in "0123456789"
        ]
        nobodys = [slip for slip in slips if slip not in self.codes]
        if not nobodys:
            return sheet
        return replace(sheet, written=str(self.rng.choice(nobodys)), expect="human")

    def _neighbours_code(self, sheet: Sheet) -> Sheet:
        others = [code for code in self.codes if code != sheet.code]
        if not others:
            return sheet
        return replace(sheet, written=str(self.rng.choice(others)), expect="human")

    def _scribbled(self, sheet: Sheet) -> Sheet:
        return replace(_unreadable(sheet), scribbled=True)

    def _empty(self, sheet: Sheet) -> Sheet:
        return _unreadable(sheet)

    def _crossed(self, sheet: Sheet) -> Sheet:
        """A digit crossed out, with the right one above its box: a person must look."""
        place = int(self.rng.integers(len(sheet.code or "")))
        expect: Expectation = "identify" if sheet.printed else "human"
        return replace(sheet, crossed=(place, str(self.rng.integers(10))), expect=expect)

    def _turned(self, degrees: int) -> _Change:
        return lambda sheet: replace(sheet, rotation=degrees)

    def _order(self) -> None:
        """Pages missing, scanned twice, out of order."""
        traps, several = self.spec.traps, self.spec.pages > 1
        if Trap.MISSING_PAGE in traps and self.free and several:
            script = self.scripts[self.free.pop()]
            del script[int(self.rng.integers(1, len(script)))]
        if Trap.DUPLICATE_PAGE in traps and self.free:
            script = self.scripts[self.free.pop()]
            again = script[int(self.rng.integers(len(script)))]
            same = bool(self.rng.random() < 0.5)  # noqa: PLR2004  the same image, or scanned anew
            copy = replace(again, kind="duplicate", same_scan=same)
            script.insert(script.index(again) + 1 if same else len(script), copy)
        if Trap.SHUFFLED in traps and self.free and several:
            script = self.scripts[self.free.pop()]
            script[:] = [*script[1:], script[0]]
        if Trap.NOT_ON_LIST in traps and self.free:
            place = self.free.pop()
            self.scripts[place] = self._unlisted(self.scripts[place])

    def _unlisted(self, script: list[Sheet]) -> list[Sheet]:
        """A guest whose code was never issued here; the first codes after the list come first."""
        last = int(max(self.codes))
        digits = len(self.codes[0])
        every = (f"{number:0{digits}d}" for number in range(last + 1, last + BASE**digits))
        guest = next((code for code in every if len(code) == digits), None)
        if guest is None:
            return script
        return [
            replace(sheet, code=None, written=guest, printed=None, expect="human")
            for sheet in script
        ]


def _unreadable(sheet: Sheet) -> Sheet:
    expect: Expectation = "identify" if sheet.printed else "human"
    return replace(sheet, written=None, expect=expect)


def _nearest(place: int, others: list[int]) -> int:
    """Where in `others` the next neighbour of a place stands."""
    return min(range(len(others)), key=lambda k: (abs(others[k] - place), k))


def _with_foreign(sheets: list[Sheet], spec: PracticeSpec, rng: Rng) -> list[Sheet]:
    """A page of some other exam slipped into the stack."""
    if Trap.FOREIGN_PAGE not in spec.traps:
        return sheets
    place = int(rng.integers(len(sheets) + 1))
    while place < len(sheets) and sheets[place].same_scan:
        place += 1
    foreign = Sheet(kind="foreign", expect="foreign", hand=draw_hand(rng, pencil=0))
    return [*sheets[:place], foreign, *sheets[place:]]


def _with_backs(sheets: list[Sheet], spec: PracticeSpec, rng: Rng) -> Iterator[Sheet]:
    """Some backs of the sheets, which hold nothing."""
    for place, sheet in enumerate(sheets):
        yield sheet
        followed = place + 1 < len(sheets) and sheets[place + 1].same_scan
        if Trap.BLANK_BACKS in spec.traps and not followed and rng.random() < BLANK_BACK_SHARE:
            yield Sheet(kind="blank", expect="discard", hand=sheet.hand)
