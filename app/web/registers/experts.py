"""Pages of the register of experts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.access import Permission
from app.errors import Refusal
from app.queries.registers import ExpertView, list_conflicts, list_experts, show_expert
from app.services import registers
from app.services.registers import ExpertEntry
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.registers.door import (
    MANAGERS,
    asked_school,
    blueprint,
    own_schools,
    preselected,
    school_choices,
)
from app.web.words import CATEGORIES, LEVELS


class ExpertForm(PostedForm):
    """One expert."""

    display_name = StringField(
        _("Фамилия, имя, отчество учителя"), [DataRequired(), Length(max=200)]
    )
    school = SelectField(_("Школа"), [DataRequired()])
    login = StringField(
        _("Логин"),
        [Optional(), Length(max=64)],
        description=_("Пусто: система сделает логин из логина школы."),
    )
    subjects = TextAreaField(
        _("Предметы и с какого дня преподаёт"),
        [DataRequired(), Length(max=2000)],
        description=_("По одному в строке: Русский язык: 01.09.2015. Нужен хотя бы год."),
    )
    capacity = IntegerField(
        _("Сколько работ может проверить"), [InputRequired(), NumberRange(min=0, max=1000)]
    )
    min_load = IntegerField(
        _("Сколько должен получить не меньше"),
        [Optional(), NumberRange(min=0, max=1000)],
        default=0,
    )
    teaches = StringField(
        _("Классы, где ведёт уроки"),
        [Optional(), Length(max=500)],
        description=_("Через точку с запятой: 4А; 4Б. В другой школе: edu123456/4А."),
    )
    also_at = StringField(
        _("Другие школы, где работает"),
        [Optional(), Length(max=500)],
        description=_("Логины школ через точку с запятой."),
    )
    in_commission = BooleanField(_("Входит в муниципальную комиссию"))


@blueprint.get("/experts")
@access(*MANAGERS)
def experts() -> str:
    """Experts of the visitor's schools."""
    school_id, subject = asked_school(), request.args.get("subject", "")
    commission = True if "commission" in request.args else None
    with reading() as session:
        every = list_experts(session, by=actor())
        found = list_experts(
            session,
            by=actor(),
            text=request.args.get("q", ""),
            school_id=school_id,
            subject=subject,
            in_commission=commission,
        )
    return render_template(
        "registers/experts.html",
        experts=found,
        schools=own_schools(),
        subjects=sorted({name for expert in every for name, _since in expert.subjects}),
        school_id=school_id,
        subject=subject,
    )


@blueprint.route("/experts/new", methods=["GET", "POST"])
@access(*MANAGERS)
def add_expert() -> str | Response:
    """Add one expert."""
    form = ExpertForm(capacity=30)
    form.school.choices = school_choices()
    preselected(form)
    _close_commission(form)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form, None)
            return redirect(url_for("registers.experts"))
    return render_template("registers/expert.html", form=form, expert=None)


@blueprint.route("/experts/<uuid:expert_id>", methods=["GET", "POST"])
@access(*MANAGERS)
def change_expert(expert_id: UUID) -> str | Response:
    """Correct one expert; his conflicts stand below."""
    with reading() as session:
        expert = show_expert(session, expert_id=expert_id, by=actor())
        conflicts = list_conflicts(session, by=actor(), expert_id=expert_id)
    form = ExpertForm(data=_data(expert))
    form.school.choices = [SelectChoice(value=str(expert.school_id), label=expert.school_name)]
    form.login.description = ""
    _close_commission(form)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form, expert)
            return redirect(url_for("registers.experts"))
    return render_template(
        "registers/expert.html",
        form=form,
        expert=expert,
        conflicts=conflicts,
        levels=LEVELS,
        categories=CATEGORIES,
    )


def _data(expert: ExpertView) -> dict[str, object]:
    return {
        "display_name": expert.display_name,
        "school": str(expert.school_id),
        "login": expert.login,
        "subjects": "\n".join(f"{name}: {since:%d.%m.%Y}" for name, since in expert.subjects),
        "capacity": expert.capacity,
        "min_load": expert.min_load,
        "teaches": "; ".join(expert.teaches),
        "also_at": "; ".join(expert.also_at),
        "in_commission": expert.in_commission,
    }


def _close_commission(form: ExpertForm) -> None:
    """The commission is the municipality's: others do not see the box."""
    if not actor().holds(Permission.MANAGE_MUNICIPALITY):
        del form.in_commission


def _save(session: Session, form: ExpertForm, expert: ExpertView | None) -> None:
    registers.save_expert(
        session,
        school_id=UUID(form.school.data),
        entry=_entry(form, expert),
        expert_id=expert.id if expert else None,
        by=actor(),
        at=now(),
    )
    say("Эксперт сохранён.")


def _entry(form: ExpertForm, expert: ExpertView | None) -> ExpertEntry:
    return ExpertEntry(
        login=expert.login if expert else form.login.data or "",
        display_name=form.display_name.data,
        subjects=tuple(_subject(line) for line in form.subjects.data.splitlines() if line.strip()),
        capacity=form.capacity.data,
        min_load=form.min_load.data or 0,
        teaches=_parts(form.teaches.data),
        also_at=_parts(form.also_at.data),
        in_commission=form.in_commission.data if "in_commission" in form else None,
    )


def _parts(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(";") if part.strip())


def _subject(line: str) -> tuple[str, date]:
    name, _colon, since = line.rpartition(":")
    try:
        return name, datetime.strptime(since.strip(), "%d.%m.%Y").date()  # noqa: DTZ007 - a day
    except ValueError as error:
        raise Refusal(
            "Предмет «%(line)s»: ожидается «предмет: ДД.ММ.ГГГГ».", line=line.strip()
        ) from error


@blueprint.post("/experts/<uuid:expert_id>/withdraw")
@access(*MANAGERS)
def withdraw_expert(expert_id: UUID) -> Response:
    """Give him no more works."""
    with refusals_flashed(), transaction() as session:
        registers.withdraw_expert(session, expert_id=expert_id, by=actor(), at=now())
        say("Эксперт отстранён: новых работ он не получит.")
    return redirect(url_for("registers.change_expert", expert_id=expert_id))


@blueprint.post("/experts/<uuid:expert_id>/return")
@access(*MANAGERS)
def return_expert(expert_id: UUID) -> Response:
    """Give him works again."""
    with refusals_flashed(), transaction() as session:
        registers.return_expert(session, expert_id=expert_id, by=actor(), at=now())
        say("Эксперт снова проверяет работы.")
    return redirect(url_for("registers.change_expert", expert_id=expert_id))


@blueprint.post("/experts/<uuid:expert_id>/remove")
@access(*MANAGERS)
def remove_expert(expert_id: UUID) -> Response:
    """Remove an expert on whom nothing depends."""
    with refusals_flashed(), transaction() as session:
        registers.remove_expert(session, expert_id=expert_id, by=actor(), at=now())
        say("Эксперт удалён из реестра.")
    return redirect(url_for("registers.experts"))
