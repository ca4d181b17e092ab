"""The base of our forms: they read what a page's form sends, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm  # noqa: TID251 - made safe here
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms.fields.core import UnboundField
from wtforms.fields.simple import FileField

from app.web.field_help import help_of

_POSTING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class PostedForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form of a page.

    The library's own form would also take JSON, whose values need not be text, and files in place
    of text: no page of ours sends either, and validators would fail on them. A field carries its
    word of `help`, where it has one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.help = help_of(type(self), field.short_name)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the same
        """How the fields are filled."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """The posted fields, with files for the fields that are files."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if request.method not in _POSTING:
                return None
            files = [
                (name, file) for name, file in request.files.items(multi=True) if _takes(form, name)
            ]
            return CombinedMultiDict((MultiDict(files), request.form))


def _takes(form: Any, name: str) -> bool:
    """Whether the form's field of that name is a file."""
    field = getattr(type(form), name, None)
    return isinstance(field, UnboundField) and issubclass(field.field_class, FileField)
