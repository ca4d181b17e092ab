"""Pages: routes, forms, templates, static files."""

from __future__ import annotations

from flask import Blueprint

from app.web import (
    auth,
    board,
    calendar,
    exams,
    factor,
    fairness,
    guidance,
    guide,
    home,
    jobs,
    lead,
    lists,
    measure,
    messages,
    observers,
    people,
    plans,
    rechecks,
    recusal,
    registers,
    reports,
    results,
    retention,
    returned,
    scans,
    schedule,
    scoring,
    support,
    trail,
)


def blueprints() -> tuple[Blueprint, ...]:
    """Every blueprint of the application."""
    return (
        auth.blueprint,
        factor.blueprint,
        home.blueprint,
        exams.blueprint,
        schedule.blueprint,
        lists.blueprint,
        board.blueprint,
        registers.blueprint,
        people.blueprint,
        scans.blueprint,
        plans.blueprint,
        scoring.blueprint,
        guidance.blueprint,
        lead.blueprint,
        recusal.blueprint,
        results.blueprint,
        returned.blueprint,
        rechecks.blueprint,
        fairness.blueprint,
        calendar.blueprint,
        observers.blueprint,
        reports.blueprint,
        retention.blueprint,
        guide.blueprint,
        support.blueprint,
        messages.blueprint,
        trail.blueprint,
        jobs.blueprint,
        measure.blueprint,
    )
