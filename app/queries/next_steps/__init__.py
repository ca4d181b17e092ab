"""What each role should do next: a short list, the most urgent first."""

from app.queries.next_steps.steps import Step, Urgency, list_steps

__all__ = ["Step", "Urgency", "list_steps"]
