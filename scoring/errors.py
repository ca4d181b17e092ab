"""The base of every refusal of this library: a Russian sentence with named places."""

from __future__ import annotations


class ScoringError(ValueError):
    """A broken rule of scoring, told in a sentence that a person can act on.

    Attributes:
        text: The Russian sentence with `%(name)s` places, the key for translations.
        params: What stands in those places.
    """

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(text % params)
        self.text = text
        self.params = params
