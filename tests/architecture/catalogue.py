"""Which texts the pages speak, and the catalogue that says them in English.

Run as a program it gives the catalogue every text that it lacks and drops those nobody says:
`.venv/bin/python tests/architecture/catalogue.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
TEMPLATES = ROOT / "app" / "web" / "templates"
SPEAKING = (
    "app/access.py",
    "app/bridge",
    "app/exchange",
    "app/jobs",
    "app/models",
    "app/queries",
    "app/queue.py",
    "app/services",
    "app/web",
    "assignment",
    "scanning",
    "scoring",
)
# What stands here is never shown on a page.
SILENT = {
    "app/exchange/act_archive.py": "contents of the archive",
    "app/exchange/assign_formats.py": "files of the command line",
    "app/exchange/book.py": "contents of workbooks",
    "app/exchange/calendar_csv.py": "files of the command line",
    "app/exchange/ratings_csv.py": "files of the command line",
    "app/exchange/stats_csv.py": "files of the command line",
    "app/exchange/federal_name.py": "the name of the federal form",
    "app/exchange/identify_formats.py": "files of the command line",
    "app/exchange/json_node.py": "files of the command line",
    "app/exchange/register_files.py": "contents of workbooks",
    "app/exchange/results_json.py": "files of the command line",
    "scanning/model": "training of the network",
    "scanning/practice": "printed on practice scans",
}
# Here a text is glued from parts, so that English shows it in Russian.
GLUED = {
    "app/exchange/federal_fill.py": "the command line alone fills a given form",
    "app/exchange/register_read.py": "the place of an error in a file of wrong rows",
    "assignment/problem.py": "the web checks these numbers before it makes a problem",
    "scanning/layout.py": "the drawing board sends numbers that fit",
    "scanning/template.py": "the drawing board sends numbers that fit",
    "scoring/scheme.py": "headings of the federal form",
}
# Words of data, compared with files or printed into them; the same in every language.
DATA_WORDS = frozenset(
    {
        "(выходной)",
        "4А",
        "4А; edu123457/4В",
        "edu123456/4А",
        "е",
        "ё",
        "Название ОО",
        "Отметка за предыдущий триместр/ четверть/полугодие",
        "Русский язык: 01.09.2015; Литературное чтение: 01.09.2020",
        "Служебный",
        "Учитель Первый",
        "ФИО эксперта",
        "Школа № 1",
        "4: Русский язык, Математика; 5: История",
        "НОО",
        "НОО; ООО",
        "ООО",
        "СОО",
        "Русский язык",
        "Сканер один на два здания",
        "код участника",
        "кол",
        "отметка",
        "отметка по журналу",
        "отсутств",
        "первичный балл",
        "повысил",
        "подтвердил",
        "понизил",
        "процент",
        "числ",
        "Ф1 Индивидуальные результаты",
        "Ф3 Статистика по отметкам",
        "Сравнение отметок с отметками по журналу",
    }
)
HEADER = """\
# What Russian texts of the code say in English.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
CYRILLIC = re.compile("[А-Яа-яЁё]")
PLACE = re.compile(r"%\((\w+)\)[sd]")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_PATTERNS = ("re.compile", "str.maketrans", "frozenset")


@cache
def wanted_texts() -> frozenset[str]:
    """Every Russian text that a page may show."""
    return frozenset(_of_templates()) | frozenset(_of_code())


def known_texts() -> dict[str, str]:
    """Russian text -> English text, of the catalogue."""
    return {str(message.id): str(message.string) for message in _read() if message.id}


def gluing_modules() -> frozenset[str]:
    """Modules that speak in f-strings, which no catalogue can know."""
    return frozenset(
        name
        for name, tree in _speaking()
        if name not in GLUED and any(_is_glued(node) for node in ast.walk(tree))
    )


def _is_glued(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) and any(
        isinstance(part, ast.Constant) and _speaks(part.value) for part in node.values
    )


def _of_templates() -> Iterator[str]:
    options = {"trimmed": "true", "silent": "false"}
    for path in sorted(TEMPLATES.rglob("*.html")):
        with path.open("rb") as file:
            for _line, _function, found, _comments in babel_extract(file, ("_",), (), options):
                text = found[0] if isinstance(found, tuple) else found
                if text is not None:
                    yield text


def _of_code() -> Iterator[str]:
    for _name, tree in _speaking():
        yield from _literals(tree)


def _speaking() -> Iterator[tuple[str, ast.Module]]:
    """Modules that speak on pages, each with its name."""
    for path in sorted(path for place in SPEAKING for path in _modules(ROOT / place)):
        name = path.relative_to(ROOT).as_posix()
        if not any(name.startswith(silent) for silent in SILENT):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def _modules(place: Path) -> Iterator[Path]:
    yield from [place] if place.is_file() else place.rglob("*.py")


def _literals(tree: ast.Module) -> Iterator[str]:
    silent = set(_not_spoken(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in silent and _speaks(node.value):
            yield str(node.value)


def _speaks(value: object) -> bool:
    return isinstance(value, str) and value not in DATA_WORDS and bool(CYRILLIC.search(value))


def _not_spoken(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, patterns of letters, and the parts of f-strings, which no catalogue can know."""
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr):
            yield node.body[0].value
        if isinstance(node, ast.JoinedStr):
            yield from node.values
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _PATTERNS:
            yield from node.args


def _read() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def complete() -> list[str]:
    """Give the catalogue what it lacks, drop what nobody says; what is still without English."""
    known, catalogue = known_texts(), Catalog(locale="en")
    for text in sorted(wanted_texts()):
        catalogue.add(text, known.get(text, ""))
    with CATALOGUE.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, width=100, omit_header=True)
    return [text for text in sorted(wanted_texts()) if not known.get(text)]


if __name__ == "__main__":
    print("\n".join(complete()))
