"""`sverka identify`: a stack of practice scans, a bad file beside it, and a bad roster."""

import json

import pytest
from click.testing import CliRunner

from app.cli import main
from app.exchange.identify_formats import RosterError, read_roster
from scanning import ScanError
from scanning.practice import CodeScheme, PracticeSpec, Scanner, Trap, make_practice_set

SPEC = PracticeSpec(
    pupils=4,
    pages=2,
    scheme=CodeScheme.DISTANT,
    traps=frozenset({Trap.BLANK_BACKS, Trap.FOREIGN_PAGE, Trap.SIDEWAYS}),
    qr_share=1.0,
    scanner=Scanner(dpi=150, wear=0.3, skew_degrees=1.0),
)


@pytest.fixture(scope="module")
def stack():
    return make_practice_set(SPEC, seed=5)


@pytest.fixture
def folder(tmp_path, stack):
    for file in stack.files:
        (tmp_path / file.name).write_bytes(file.content)
    (tmp_path / "roster.json").write_text(json.dumps(stack.roster()), "utf-8")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, ["identify", *(str(item) for item in arguments)])


def test_a_stack_is_identified_and_a_bad_file_is_a_row(folder, stack):
    scans = [folder / file.name for file in stack.files]
    out, images = folder / "pages.json", folder / "images"
    result = run(
        folder / "roster.json",
        *scans,
        folder / "bad.pdf",
        folder / "missing.pdf",
        "-o",
        out,
        "--images",
        images,
    )
    assert result.exit_code == 0, result.output
    document = json.loads(out.read_text("utf-8"))
    assert document["format"] == "vpr-pages/1"
    outcomes = {row["file"]: row["outcome"] for row in document["files"]}
    assert outcomes[str(folder / "bad.pdf")] == "rejected"
    assert outcomes[str(folder / "missing.pdf")] == "rejected"
    truth = {(str(folder / page.file), page.index): page for page in stack.pages}
    assert len(document["pages"]) == len(truth)
    for row in document["pages"]:
        page = truth[row["file"], row["index"]]
        assert row["code"] in (None, page.code)
        assert row["needs_person"] == (row["why"] is not None)
        if page.kind in ("blank", "foreign"):
            assert row["kind"] == page.kind
    named = [row for row in document["pages"] if row["code"]]
    assert len(named) >= SPEC.pupils * SPEC.pages - 1
    assert len(list(images.glob("*.jpg"))) == len(named)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"format": "vpr-roster/2"}, "format"),
        ({"codes": "123"}, "codes"),
        ({"codes": [12345]}, "codes[0]"),
        ({"codes": ["12a45"]}, "строка 1"),
        ({"pages": 0}, "pages"),
        ({"extra": 1}, "extra"),
        ({"layouts": []}, "layout"),
    ],
)
def test_a_bad_roster_is_refused_with_its_place(stack, change, place):
    with pytest.raises((RosterError, ScanError)) as refusal:
        read_roster(json.dumps({**stack.roster(), **change}).encode())
    assert place in str(refusal.value)


def test_a_bad_layout_among_several_is_named(stack):
    roster = stack.roster()
    good = roster.pop("layout")
    roster["layouts"] = [good, {**good, "page_mm": None}]
    with pytest.raises(ScanError, match=r"layouts\[1\].page_mm"):
        read_roster(json.dumps(roster).encode())
    roster["layouts"] = []
    with pytest.raises(RosterError, match="непустой"):
        read_roster(json.dumps(roster).encode())


@pytest.mark.parametrize("content", [b"no json", b"[]", b"\xff"])
def test_what_is_no_roster_ends_the_command_with_2(folder, content):
    (folder / "roster.json").write_bytes(content)
    result = run(folder / "roster.json", folder / "bad.pdf", "-o", folder / "pages.json")
    assert result.exit_code == 2
    assert "roster.json" in result.output
