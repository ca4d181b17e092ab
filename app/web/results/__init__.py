"""Results: forms by school, what is final, what waits for the coordinator."""

from app.web.results import attention, forms
from app.web.results.blueprint import blueprint

__all__ = ["attention", "blueprint", "forms"]
