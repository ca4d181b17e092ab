"""The third act: three schemes compared for every exam, one published, schools spread theirs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.options import PlanOptions
from app.demo import cast
from app.demo.stage import SEED, Stage
from app.models import Exam, Plan, PlanRow, PlanState, Scheme, School, Script
from app.services import planning

SCHEME_OF = {
    cast.RUSSIAN: Scheme.CROSS_SCHOOL,
    cast.MATHS: Scheme.MUNICIPAL,
    cast.ENGLISH: Scheme.CROSS_SCHOOL,
}
SCHEME_NAMES = {
    Scheme.IN_SCHOOL: "комиссия ОО",
    Scheme.CROSS_SCHOOL: "перекрёстная",
    Scheme.MUNICIPAL: "муниципальная",
}


def plan_everything(stage: Stage) -> None:
    """Compare, choose, publish, spread."""
    for number, exam_id in enumerate(stage.exams, start=1):
        stage.tell("распределяем", number, len(stage.exams))
        scheme = _choose(stage, exam_id)
        if scheme is not Scheme.MUNICIPAL:
            _spread(stage, exam_id)


def _choose(stage: Stage, exam_id: UUID) -> Scheme:
    with stage.database.transaction() as session:
        by = stage.actor(session, "mk")
        drafts = planning.compare_schemes(
            session, exam_id=exam_id, options=PlanOptions(), seed=SEED, by=by, at=stage.now()
        )
        exam = session.get_one(Exam, exam_id)
        title = f"{exam.subject}, {exam.grade} класс"
        stage.summary.planned[title] = {
            SCHEME_NAMES[plan.scheme]: _placed(session, plan) for plan in drafts
        }
        chosen = next(plan for plan in drafts if plan.scheme is SCHEME_OF[exam.subject])
        planning.publish_plan(
            session,
            plan_id=chosen.id,
            legal_basis="Приказ управления образования № 41-д",
            by=by,
            at=stage.now(),
        )
        return chosen.scheme


def _placed(session: Session, plan: Plan) -> str:
    placed = select(func.count(PlanRow.id)).where(
        PlanRow.plan_id == plan.id, PlanRow.expert_id.is_not(None)
    )
    scripts = select(func.count(Script.id)).where(
        Script.exam_id == plan.exam_id, Script.published_at.is_not(None)
    )
    wanted = (session.scalar(scripts) or 0) * plan.exam.experts_per_script
    return f"{session.scalar(placed)} из {wanted}"


def _spread(stage: Stage, exam_id: UUID) -> None:
    """Each receiving school's coordinator spreads what came over the school's experts."""
    with stage.database.reading() as session:
        receiving = session.scalars(
            select(PlanRow.school_id)
            .join(Plan, Plan.id == PlanRow.plan_id)
            .where(Plan.exam_id == exam_id, Plan.state == PlanState.PUBLISHED)
            .distinct()
            .order_by(PlanRow.school_id)
        ).all()
    for school_id in filter(None, receiving):
        with stage.database.transaction() as session:
            by = stage.actor(session, session.get_one(School, school_id).login)
            draft = planning.spread_in_school(
                session, exam_id=exam_id, school_id=school_id, seed=SEED, by=by, at=stage.now()
            )
            planning.publish_plan(session, plan_id=draft.id, by=by, at=stage.now())
