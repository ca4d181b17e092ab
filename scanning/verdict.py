"""PageVerdict: what is decided about a page, and why a person is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PageKind(StrEnum):
    """What a page is."""

    SCRIPT = "script"
    BLANK = "blank"
    FOREIGN = "foreign"
    DUPLICATE = "duplicate"


class CodeSource(StrEnum):
    """What the code of a page rests on."""

    BARCODE = "barcode"
    DIGITS = "digits"
    SEQUENCE = "sequence"


class WhyPerson(StrEnum):
    """Why a page is left to a person."""

    NO_FORM = "no_form"
    FOREIGN_BARCODE = "foreign_barcode"
    TWO_BARCODES = "two_barcodes"
    BARCODE_AGAINST_DIGITS = "barcode_against_digits"
    CODE_TWICE = "code_twice"
    TOO_MANY_PAGES = "too_many_pages"
    AGAINST_STACK = "against_stack"
    NOT_ON_LIST = "not_on_list"
    CODE_EMPTY = "code_empty"
    CODE_UNREADABLE = "code_unreadable"
    UNSURE = "unsure"


SENTENCES = {
    WhyPerson.NO_FORM: "На странице не найдено поле кода: возможно, это лист другой работы.",
    WhyPerson.FOREIGN_BARCODE: "Штрих-код страницы не относится ни к одному из выданных кодов.",
    WhyPerson.TWO_BARCODES: "На странице штрих-коды двух разных участников.",
    WhyPerson.BARCODE_AGAINST_DIGITS: "Штрих-код и вписанный от руки код не совпадают.",
    WhyPerson.CODE_TWICE: "Одна и та же страница с этим кодом встретилась дважды.",
    WhyPerson.TOO_MANY_PAGES: "Страниц с этим кодом больше, чем листов в работе.",
    WhyPerson.AGAINST_STACK: "Код не согласуется с соседними страницами пачки.",
    WhyPerson.NOT_ON_LIST: "Вписанного кода нет в списке выданных.",
    WhyPerson.CODE_EMPTY: "Поле кода не заполнено.",
    WhyPerson.CODE_UNREADABLE: "Код зачёркнут или неразборчив.",
    WhyPerson.UNSURE: "Код прочитан неуверенно: подходят несколько кодов из списка.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A code that the page may carry, and how probable it is."""

    code: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PageVerdict:
    """The decision about one page.

    Attributes:
        kind: what the page is.
        code: the code the program stands by; None otherwise.
        page: number of the page in the script, where it is certain.
        rotation: degrees clockwise by which the content of the scan is turned.
        source: what the code rests on; None without a code.
        confidence: probability that the verdict is right.
        needs_person: a person has to decide.
        why: why a person is asked; None where nobody is.
        candidates: the best codes for a person to choose from, the most probable first.
        same_as: place, in the given sequence, of the page whose image this one repeats.
    """

    kind: PageKind
    code: str | None
    page: int | None
    rotation: int
    source: CodeSource | None
    confidence: float
    needs_person: bool
    why: WhyPerson | None
    candidates: tuple[Candidate, ...] = ()
    same_as: int | None = None

    def __post_init__(self) -> None:
        if self.needs_person != (self.why is not None):
            raise ValueError("a page is left to a person exactly when there is a reason")
        if self.needs_person and self.code is not None:
            raise ValueError("a page with a code needs no person")

    @property
    def sentence(self) -> str:
        """Why a person is asked, in Russian; "" where nobody is."""
        return "" if self.why is None else SENTENCES[self.why]
