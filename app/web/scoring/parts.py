"""Parts of the screen that many works share: drawn once, and kept while nothing in them changes."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup

from app.queries.scoring_work import CriterionView
from app.web.scoring.blueprint import blueprint

# A criterion that nobody has given points looks the same in every work of its exam; a part is some
# two kilobytes.
KEPT_PARTS = 2048


@blueprint.app_template_global()
def criterion_part(row: CriterionView, exam_id: UUID, *, is_writable: bool) -> Markup:
    """One criterion with its points, as the page shows it."""
    may = is_writable and row.is_writable
    return _criterion(row, exam_id, may, str(get_locale()))


@blueprint.app_template_global()
def tools_part(*, has_crops: bool, is_writable: bool) -> Markup:
    """The bar of what is done with the page on the screen."""
    return _tools(has_crops, is_writable, str(get_locale()))


@lru_cache(maxsize=KEPT_PARTS)
def _criterion(row: CriterionView, exam_id: UUID, may: bool, _locale: str) -> Markup:  # noqa: FBT001 - a key
    return _drawn("scoring/_criterion.html", row=row, exam_id=exam_id, is_writable=may)


@lru_cache
def _tools(has_crops: bool, may: bool, _locale: str) -> Markup:  # noqa: FBT001 - a key
    return _drawn("scoring/_tools.html", has_crops=has_crops, is_writable=may)


def _drawn(template: str, **shown: object) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(shown))  # noqa: S704 - our template
