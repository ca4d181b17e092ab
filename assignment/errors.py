"""Refusals of the assignment library: a Russian sentence with named places, and what fills them."""

from __future__ import annotations


class AssignmentError(ValueError):
    """A question that cannot be answered as put; the message tells the person what to change.

    Attributes:
        text: Russian sentence with places like `%(code)s`; it is the key of a translation.
        params: what fills the places.
    """

    def __init__(self, text: str, **params: object) -> None:
        self.text = text
        self.params = params
        super().__init__(text % params)
