"""The base of every refusal of this library: a Russian sentence with named places."""

from __future__ import annotations

from collections.abc import Mapping


class ScanError(ValueError):
    """Something given to the library cannot be used; the sentence tells the person what to do.

    Attributes:
        text: the Russian sentence with `%(name)s` places, the key of its translations.
        params: what stands in those places.
    """

    def __init__(self, text: str, params: Mapping[str, object] | None = None) -> None:
        self.text = text
        self.params = dict(params or {})
        super().__init__(text % self.params)
