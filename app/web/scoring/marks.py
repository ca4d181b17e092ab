"""How marks on the scan are told to the page's script."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from app.bridge.annotations import SavedAnnotation
from app.web.scoring.blueprint import blueprint


@blueprint.app_template_global()
def marks_json(marks: Iterable[SavedAnnotation]) -> str:
    """Marks as the page's script reads them."""
    return json.dumps([annotation_told(one) for one in marks], ensure_ascii=False)


def annotation_told(mark: SavedAnnotation) -> dict[str, Any]:
    """One mark as the page's script reads it."""
    return {
        "id": str(mark.annotation_id),
        "image": str(mark.image_id),
        "number": mark.number,
        "kind": mark.kind.value,
        "box": list(mark.box),
        "words": mark.words,
        "criterion": mark.criterion,
        "removed": mark.is_removed,
        "reader": mark.reader,
    }
