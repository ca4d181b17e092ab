"""Results: forms by school, what is final, what waits for the coordinator."""

from app.web.results import after, attention, difference, forms
from app.web.results.blueprint import blueprint

__all__ = ["after", "attention", "blueprint", "difference", "forms"]
