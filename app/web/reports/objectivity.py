"""The form of analysis of objectivity of a campaign."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template
from flask_babel import gettext as _

from app.access import Permission
from app.printing.report import Report, Section, shown
from app.queries import reports as queries
from app.web.context import actor, reading
from app.web.guard import access
from app.web.report_files import report_file
from app.web.reports.door import blueprint


@blueprint.get("/objectivity/<uuid:campaign_id>")
@access(Permission.WATCH)
def objectivity(campaign_id: UUID) -> str:
    """What is known of each school."""
    return render_template(
        "reports/objectivity.html",
        report=_report(campaign_id),
        campaign_id=campaign_id,
        shown=shown,
    )


@blueprint.get("/objectivity/<uuid:campaign_id>/report.<kind>")
@access(Permission.WATCH)
def objectivity_file(campaign_id: UUID, kind: str) -> Response:
    """The same as a file."""
    return report_file(_report(campaign_id), kind)


def _report(campaign_id: UUID) -> Report:
    with reading() as session:
        found = queries.get_objectivity(session, campaign_id=campaign_id, actor=actor())
    told = _(
        "«Ниже», «равно» и «выше» – отметка за работу против журнала по всем работам кампании;"
        " прочерк – отметок меньше 10. «Под наблюд.» – дни с наблюдателем, «наруш.» – акты с"
        " нарушениями, «перепр.» – работы на перепроверке, «список» – школа названа в списке за три"
        " года. Это повод посмотреть внимательнее, а не вывод о нарушении."
    )
    header = (
        _("Школа"),
        _("Работ"),
        _("Дней"),
        _("Под наблюд."),
        _("Актов"),
        _("Наруш."),
        _("Ниже, %%") % {},
        _("Равно, %%") % {},
        _("Выше, %%") % {},
        _("Перепр."),
        _("Список"),
    )
    return Report(
        name=_("Форма анализа объективности"),
        facts=((_("Муниципалитет"), found.municipality), (_("Кампания"), found.campaign)),
        lead=(told,),
        sections=(
            Section(
                heading=_("Школы по алфавиту"),
                told=(),
                header=header,
                rows=tuple(_row(one) for one in found.lines),
            ),
        ),
    )


def _row(one: queries.ObjectivityLine) -> tuple[str | int | float | None, ...]:
    return (
        one.school,
        one.works,
        one.days,
        one.watched,
        one.acts,
        one.violations,
        one.lowered,
        one.confirmed,
        one.raised,
        one.rechecks,
        _("да") if one.listed else _("нет"),
    )
