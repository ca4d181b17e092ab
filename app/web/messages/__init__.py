"""Messages on pages: the bell, the list, how they are wanted."""

from app.web.messages import own
from app.web.messages.own import blueprint

__all__ = ["blueprint", "own"]
