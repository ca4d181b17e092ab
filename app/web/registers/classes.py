"""Pages of the register of classes."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.queries.registers import list_classes, show_class
from app.services import registers
from app.services.registers import ClassEntry
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.fields import whole
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


class ClassForm(PostedForm):
    """One class."""

    school = SelectField(_("Школа"), [DataRequired()])
    grade = IntegerField(_("Параллель"), [DataRequired(), NumberRange(min=1, max=11)])
    letter = StringField(_("Буква"), [Optional(), Length(max=10)], default="")
    serial = IntegerField(
        _("Порядковый номер класса"),
        [Optional(), NumberRange(min=1, max=50)],
        description=_("Номер класса в форме сбора результатов. Пусто: первый свободный."),
    )


@blueprint.get("/classes")
@access(*MANAGERS)
def classes() -> str:
    """Classes of the visitor's schools."""
    school_id, grade = asked_school(), request.args.get("grade", type=whole)
    with reading() as session:
        found = list_classes(session, by=actor(), school_id=school_id, grade=grade)
    return render_template(
        "registers/classes.html",
        classes=found,
        schools=own_schools(),
        school_id=school_id,
        grade=grade,
    )


@blueprint.route("/classes/new", methods=["GET", "POST"])
@access(*MANAGERS)
def add_class() -> str | Response:
    """Add one class."""
    form = ClassForm()
    form.school.choices = school_choices()
    preselected(form)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form, None)
            return redirect(url_for("registers.classes", school=form.school.data))
    return render_template("registers/class.html", form=form, school_class=None)


@blueprint.route("/classes/<uuid:class_id>", methods=["GET", "POST"])
@access(*MANAGERS)
def change_class(class_id: UUID) -> str | Response:
    """Correct one class."""
    with reading() as session:
        found = show_class(session, class_id=class_id, by=actor())
    form = ClassForm(obj=found, data={"school": str(found.school_id)})
    form.school.choices = [SelectChoice(value=str(found.school_id), label=found.school_name)]
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form, class_id)
            return redirect(url_for("registers.classes", school=found.school_id))
    return render_template("registers/class.html", form=form, school_class=found)


def _save(session: Session, form: ClassForm, class_id: UUID | None) -> None:
    registers.save_class(
        session,
        school_id=UUID(form.school.data),
        entry=ClassEntry(
            grade=form.grade.data, letter=form.letter.data or "", serial=form.serial.data
        ),
        class_id=class_id,
        by=actor(),
        at=now(),
    )
    say("Класс сохранён.")


@blueprint.post("/classes/<uuid:class_id>/remove")
@access(*MANAGERS)
def remove_class(class_id: UUID) -> Response:
    """Remove a class on which nothing depends."""
    with refusals_flashed(), transaction() as session:
        registers.remove_class(session, class_id=class_id, by=actor(), at=now())
        say("Класс удалён.")
    return redirect(url_for("registers.classes"))
