"""The federal form of results: the door to reading, writing and filling it."""

from app.exchange.federal_fill import fill_form
from app.exchange.federal_name import FormTitle, title_of_name
from app.exchange.federal_read import read_form
from app.exchange.federal_sheet import open_form
from app.exchange.federal_write import write_form
from app.exchange.results_json import read_results, write_results
from scoring import ExamScheme

__all__ = [
    "FormTitle",
    "fill_form",
    "read_form",
    "read_results",
    "scheme_of_form",
    "title_of_name",
    "write_form",
    "write_results",
]


def scheme_of_form(data: bytes) -> ExamScheme:
    """The criteria that a federal form describes, whether or not it has rows.

    Raises:
        ExchangeError: No workbook, or no protocol in it.
        FileProblemsError: Headers that are not understood.
    """
    return open_form(data).layout.scheme
