"""Refusals: broken rules told to a person, with what to do; never bugs."""

from __future__ import annotations


class Refusal(ValueError):  # noqa: N818 - a refusal is an answer
    """An action that a rule forbids.

    Attributes:
        text: the Russian sentence with named places, such as ``%(label)s``; also the message id
            under which the English sentence stands in the catalogue.
        params: what fills the places.
    """

    def __init__(self, text: str, **params: object) -> None:
        self.text = text
        self.params = params
        super().__init__(text % params)


class BadSetting(ValueError):  # noqa: N818 - it tells the person what to write
    """A setting of the installation that cannot be: the sentence names it."""


class NotYours(Exception):  # noqa: N818 - it is an answer, not a fault
    """The thing does not exist, or belongs to somebody else: both answer alike."""


class Stale(Refusal):
    """Somebody else saved first; nothing was overwritten."""
