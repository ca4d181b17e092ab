"""Pages: routes, forms, templates, static files."""

from __future__ import annotations

from flask import Blueprint

from app.web import auth, home


def blueprints() -> tuple[Blueprint, ...]:
    """Every blueprint of the application."""
    return (
        auth.blueprint,
        home.blueprint,
    )
