"""The board: how far every school is with every exam, what is late first."""

from app.queries.board.filters import BoardFilter, Source, list_subjects, watched
from app.queries.board.pair import PairView, get_pair
from app.queries.board.rows import BoardPage, BoardRow, Level, get_board, get_school_board
from app.queries.board.works import (
    PageLine,
    PageView,
    WorkLine,
    WorkView,
    get_page,
    get_small_picture,
    get_work,
)

__all__ = [
    "BoardFilter",
    "BoardPage",
    "BoardRow",
    "Level",
    "PageLine",
    "PageView",
    "PairView",
    "Source",
    "WorkLine",
    "WorkView",
    "get_board",
    "get_page",
    "get_pair",
    "get_school_board",
    "get_small_picture",
    "get_work",
    "list_subjects",
    "watched",
]
