"""Lists of a campaign: the list of schools, applications, questionnaires, experts, the plan."""

from app.web.lists import lines, pages
from app.web.lists.door import blueprint

__all__ = ["blueprint", "lines", "pages"]
