"""Pictures of pages as they are sent: kept by no browser, small for whoever may not read."""

from __future__ import annotations

import io

from flask import make_response
from PIL import Image
from werkzeug.wrappers import Response

# A4 at 20 dots an inch: handwriting is a few pixels high.
SMALL_PX = (165, 234)


def small(jpeg: bytes) -> bytes:
    """The page too small to be read: which sheet it is, and no name on it."""
    with Image.open(io.BytesIO(jpeg)) as page, io.BytesIO() as out:
        page.draft("L", SMALL_PX)
        page.thumbnail(SMALL_PX)
        page.save(out, "JPEG", quality=70)
        return out.getvalue()


def sent(jpeg: bytes) -> Response:
    """An answer that no browser keeps."""
    answer = make_response(jpeg)
    answer.headers["Content-Type"] = "image/jpeg"
    answer.headers["Cache-Control"] = "no-store"
    return answer
