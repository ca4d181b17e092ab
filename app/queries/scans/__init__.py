"""What the pages about scans show: piles, progress, overview, desk, scripts, entries."""

from app.queries.scans.calls import Calls, ExpertCall, WantedPage, list_calls
from app.queries.scans.desk import Desk, DeskGuess, DeskPage, get_desk
from app.queries.scans.entries import EntryLine, list_entries
from app.queries.scans.overview import Overview, PageMark, ScriptLine, get_overview
from app.queries.scans.pictures import (
    CropView,
    ImageView,
    ScriptView,
    UnplacedPage,
    get_crop_file,
    get_image_file,
    get_picture,
    get_script,
    get_thumbnail_source,
    get_unplaced_page,
)
from app.queries.scans.piles import (
    BundleLine,
    ClassChoice,
    PileLine,
    PileView,
    RefusedFile,
    get_pile,
    list_piles,
)
from app.queries.scans.progress import Progress, get_progress
from app.queries.scans.quality import ScanFault, ScanQuality, get_quality
from app.queries.scans.rivals import Rival, Standing

__all__ = [
    "BundleLine",
    "Calls",
    "ClassChoice",
    "CropView",
    "Desk",
    "DeskGuess",
    "DeskPage",
    "EntryLine",
    "ExpertCall",
    "ImageView",
    "Overview",
    "PageMark",
    "PileLine",
    "PileView",
    "Progress",
    "RefusedFile",
    "Rival",
    "ScanFault",
    "ScanQuality",
    "ScriptLine",
    "ScriptView",
    "Standing",
    "UnplacedPage",
    "WantedPage",
    "get_crop_file",
    "get_desk",
    "get_image_file",
    "get_overview",
    "get_picture",
    "get_pile",
    "get_progress",
    "get_quality",
    "get_script",
    "get_thumbnail_source",
    "get_unplaced_page",
    "list_calls",
    "list_entries",
    "list_piles",
]
