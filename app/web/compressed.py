"""Styles and scripts go over slow lines compressed; pages never do, since they hold tokens."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, request
from werkzeug.wrappers import Response

COMPRESSED = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
SMALLEST_BYTES = 600
KEPT_FILES = 128


def compress_static(app: Flask) -> None:
    """Send static text in gzip to whoever takes it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not (request.endpoint or "").endswith("static") or response.mimetype not in COMPRESSED:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    plain = response.status_code == 200 and request.method == "GET"  # noqa: PLR2004
    if not plain or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) >= SMALLEST_BYTES:
        response.set_data(_packed(content))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=KEPT_FILES)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)
