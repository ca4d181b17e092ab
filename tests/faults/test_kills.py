"""kill -9 of everything, of a worker, of the web server, while people work: nothing is lost."""

from __future__ import annotations

import pytest

from app.cli.bench_trust.kills import Outcome, kill_and_look
from app.cli.bench_trust.surroundings import on_servers
from app.settings import Settings
from tests.faults.size import LONG, WANTED

# By turns: everything at once, a worker, the web server.
KILLS, KILLS_ON_SERVERS = (WANTED, WANTED) if LONG else (3, 1)


# The promise is 60 s; in a run of all tests two of them share the processors.
MOST_SECONDS = 60 if LONG else 120


def judge(outcome: Outcome, *, kills: int) -> None:
    assert outcome.findings == []
    assert outcome.kills.total() == kills
    assert min(outcome.saves, outcome.piles, outcome.releases) > 0
    assert outcome.longest_seconds <= MOST_SECONDS


def test_nothing_is_lost_or_doubled_on_sqlite_and_a_folder(settings: Settings) -> None:
    judge(kill_and_look(settings, kills=KILLS, seed=WANTED), kills=KILLS)


@pytest.mark.postgres
def test_nothing_is_lost_or_doubled_on_postgresql_s3_and_celery(
    settings: Settings,
) -> None:
    with on_servers(settings) as servers:
        kills = KILLS_ON_SERVERS
        judge(kill_and_look(servers, kills=kills, seed=WANTED + 1), kills=kills)
