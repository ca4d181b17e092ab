"""The federal form of results: the door to reading, writing and filling it."""

from app.exchange.federal_fill import fill_form
from app.exchange.federal_name import FormTitle, title_of_name
from app.exchange.federal_read import read_form
from app.exchange.federal_write import write_form
from app.exchange.results_json import read_results, write_results

__all__ = [
    "FormTitle",
    "fill_form",
    "read_form",
    "read_results",
    "title_of_name",
    "write_form",
    "write_results",
]
