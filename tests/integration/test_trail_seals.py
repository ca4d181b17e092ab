"""What leaves the installation holds its trail: acts name a seal, checkpoints are signed."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select

from app import clock, trailproof
from app.access import Role
from app.bridge.trail import Signer, export_chain
from app.db import Database
from app.models import AuditEvent, RecheckCase
from app.settings import Settings
from app.storage import FileStore
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter
from tests.recheck_world import HIGHER, RecheckWorld, make_recheck_world, read_case


@pytest.fixture
def world(database: Database, store: FileStore, now: datetime) -> RecheckWorld:
    with database.transaction() as session:
        make_person(
            session,
            "stranger",
            Role.MUNICIPAL_COORDINATOR,
            at=now,
            municipality=make_municipality(session, name="Дальний край"),
        )
        return make_recheck_world(session, at=now, store=store)


def test_an_act_names_an_event_of_the_trail_and_its_seal(
    database: Database, world: RecheckWorld, enter: Enter
) -> None:
    case_id = read_case(database, world, HIGHER)
    with database.reading() as session:
        handover = session.get_one(RecheckCase, case_id).handover_id
    act = enter("muni").get(f"/rechecks/handovers/{handover}/act.pdf").data
    page = pypdfium2.PdfDocument(io.BytesIO(act))[0].get_textpage().get_text_range()
    number, digest = re.findall(r"событие № (\d+), печать ([0-9a-f]{64})", page)[0]
    with database.reading() as session:
        named = select(AuditEvent.digest).where(
            AuditEvent.chain_id == world.base.exam.id, AuditEvent.number == int(number)
        )
        assert session.scalars(named).one() == digest


def test_a_signed_checkpoint_leaves_beside_a_form_and_finds_a_cut_tail(
    database: Database, world: RecheckWorld, enter: Enter, settings: Settings, tmp_path: Path
) -> None:
    exam_id = world.base.exam.id
    address = f"/trail/exams/{exam_id}/checkpoint.jsonl"
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(enter("muni").get(address).data)
    told = json.loads(kept.read_text().splitlines()[1])["checkpoint"]
    assert (told["chain"], told["number"] > 0) == (str(exam_id), True)
    assert enter("stranger").get(address).status_code == 404
    signer = Signer.of(settings.checkpoint_key())
    with database.reading() as session:
        lines = list(export_chain(session, chain_id=exam_id, signer=signer, at=clock.now()))
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    whole.write_text("".join(lines))
    cut.write_text("".join(_without_the_last_event(lines)))
    asked = ["--key", signer.public_key, "--checkpoints", str(kept)]
    assert trailproof.main([str(whole), *asked]) == 0
    assert trailproof.main([str(cut), *asked]) == 1


def test_every_document_carries_a_signed_checkpoint_that_finds_a_cut_tail(
    database: Database, world: RecheckWorld, enter: Enter, settings: Settings, tmp_path: Path
) -> None:
    case_id, exam_id = read_case(database, world, HIGHER), world.base.exam.id
    with database.reading() as session:
        handover = session.get_one(RecheckCase, case_id).handover_id
    coordinator = enter("muni")
    act = coordinator.get(f"/rechecks/handovers/{handover}/act.pdf").data
    book = coordinator.get("/rechecks/export.xlsx").data
    assert len(pypdfium2.PdfDocument(io.BytesIO(act))) == 1
    assert openpyxl.load_workbook(io.BytesIO(book)).sheetnames
    assert zipfile.ZipFile(io.BytesIO(book)).testzip() is None
    chains = [trailproof.find_checkpoints(each)[0]["chain"] for each in (act, book)]
    assert chains == [str(exam_id), str(world.base.municipality.id)]
    signer = Signer.of(settings.checkpoint_key())
    with database.reading() as session:
        lines = list(export_chain(session, chain_id=exam_id, signer=signer, at=clock.now()))
    (tmp_path / "act.pdf").write_bytes(act)
    cut = tmp_path / "cut.jsonl"
    cut.write_text("".join(_without_the_last_event(lines)))
    asked = ["--key", signer.public_key, "--checkpoints", str(tmp_path / "act.pdf")]
    assert trailproof.main([str(cut), *asked]) == 1


def _without_the_last_event(lines: list[str]) -> list[str]:
    events = [line for line in lines if line.startswith('{"event"')]
    return [line for line in lines if line != events[-1] and '"checkpoint"' not in line]
