"""Who shows the guide's pages, and where they lie."""

from __future__ import annotations

from app.access import Role

LOGINS = {
    Role.ADMINISTRATOR: "admin",
    Role.REGIONAL_COORDINATOR: "region",
    Role.RESPONSIBLE_COORDINATOR: "responsible",
    Role.MUNICIPAL_COORDINATOR: "muni",
    Role.SCHOOL_COORDINATOR: "school1",
    Role.TECHNICAL_SPECIALIST: "tech",
    Role.EXPERT: "expert1",
    Role.COMMISSION_CHAIR: "chair",
    Role.COMMISSION_MEMBER: "member",
}
PATHS = {
    "home.index": "/",
    "registers.index": "/registers/",
    "board.index": "/board/",
    "schedule.index": "/schedule/",
    "lists.index": "/lists/",
    "lead.index": "/lead/",
    "exams.index": "/exams/",
    "people.index": "/people/",
    "plans.index": "/plans/",
    "observers.index": "/observers/",
    "results.index": "/results/",
    "retention.index": "/keeping/",
    "jobs.index": "/jobs/",
    "reports.index": "/reports/",
    "calendar.index": "/calendar/",
    "scans.index": "/scans/",
    "scoring.index": "/scoring/",
    "recusal.index": "/recusal/",
    "rechecks.index": "/rechecks/",
    "fairness.index": "/fairness/",
}
