"""Tables that a page hands out as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import send_file
from werkzeug.wrappers import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_BOM = "\ufeff"  # without it a spreadsheet takes Russian letters for another code page's


def download(data: bytes, name: str, mimetype: str) -> Response:
    """The file, to be saved under the name."""
    return send_file(io.BytesIO(data), mimetype=mimetype, as_attachment=True, download_name=name)


def statistics_table(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response:
    """CSV as `sverka stats` reads it."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(header)
    writer.writerows(rows)
    return download((_BOM + sheet.getvalue()).encode(), name, CSV)
