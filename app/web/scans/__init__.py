"""Scans: upload, progress, overview, the desk for pages that need a person, handing over."""

from app.web.scans import bundles, desk, entries, overview, pictures, piles, placing, scripts
from app.web.scans.blueprint import blueprint

__all__ = [
    "blueprint",
    "bundles",
    "desk",
    "entries",
    "overview",
    "pictures",
    "piles",
    "placing",
    "scripts",
]
