"""The board: how far every school is with every exam, what is late first."""

from app.queries.board.filters import BoardFilter, Source, list_subjects
from app.queries.board.pair import PairView, get_pair
from app.queries.board.rows import BoardPage, BoardRow, Level, get_board, get_school_board

__all__ = [
    "BoardFilter",
    "BoardPage",
    "BoardRow",
    "Level",
    "PairView",
    "Source",
    "get_board",
    "get_pair",
    "get_school_board",
    "list_subjects",
]
