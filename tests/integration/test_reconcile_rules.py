"""The table of reconciling: set on its page before scoring begins, followed when sheets meet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.db import Database
from app.errors import Refusal
from app.models import AgreedRule, Round
from app.services import exams, marking
from scoring import X
from tests.integration.conftest import Enter
from tests.integration.test_controls import RIGHT, score
from tests.scoring_world import make_world


def test_a_table_typed_on_its_page_decides_what_diverges_and_then_stays(
    enter: Enter, database: Database
) -> None:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2)
        exam_id = world.exam.id
    client = enter("muni")
    typed = {"sum_tolerance": "3", "criterion_tolerance": "1", "agreed_rule": "higher"}
    refused = client.post(f"/exams/{exam_id}/rules", data={**typed, "own-1": "много"})
    assert refused.status_code == 200
    assert "не число баллов" in refused.text
    assert 'value="много"' in refused.text
    client.post(f"/exams/{exam_id}/rules", data={**typed, "own-1": "0", "x_diverges": "on"})
    page = client.get(f"/exams/{exam_id}").text
    assert "1: больше чем на 0" in page
    assert "X против балла" in page
    with database.transaction() as session:
        first, second = world.actors[:2]
        outcomes = []
        for script, said in enumerate(({"1": 1}, {"9.1": X}, {"4К1": 2})):
            one = world.assign(session, 0, script, at=now)
            other = world.assign(session, 1, script, round=Round.SECOND, at=now)
            score(session, one, first, now)
            outcomes.append(score(session, other, second, now, {**RIGHT, **said}))
        assert [isinstance(one, marking.Diverged) for one in outcomes] == [True, True, False]
        spec = exams.ReconcileSpec(
            sum_tolerance=9,
            criterion_tolerance=9,
            own={},
            x_diverges=False,
            agreed_rule=AgreedRule.FIRST,
        )
        with pytest.raises(Refusal, match="уже началась"):
            exams.set_reconciling(session, exam_id=exam_id, spec=spec, by=world.coordinator, at=now)
