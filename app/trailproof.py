#!/usr/bin/env python3
"""How the trail is sealed, and the verifier of an exported trail.

This file stands alone: it needs Python 3.11 and the `cryptography` package, nothing of the
installation whose trail it judges. docs/trail.md describes the format.

    python trailproof.py TRAIL.jsonl [--key PUBLIC_KEY_HEX] [--checkpoints KEPT.jsonl]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "sverka-trail/1"
# What stands before the first event of a chain.
NOTHING_BEFORE = "0" * 64
# How the documents begin that carry a checkpoint at their tail, and how long that tail can be.
_DOCUMENTS, _TAIL = (b"%PDF-", b"PK\x03\x04"), 2048
# A backup's manifest names its own kind first.
_MANIFEST = b'{\n "format": "sverka-backup/'
_write = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
FIXED = ("number", "id", "at", "action", "subject_kind", "subject_id")
CHECKPOINT_FIELDS = {"chain": str, "number": int, "digest": str, "at": str, "signature": str}


def commitment_of(details: Mapping[str, Any], *, salt: str) -> str:
    """What stands for the details in the chain: they can be erased and the chain still holds.

    Args:
        details: who, in which roles, from where, in which place, old, new, why.
        salt: 32 random hex digits; without them nobody can guess the details by trying.
    """
    return _hash([salt, details])


def digest_of(fixed: Mapping[str, Any], *, chain: str, commitment: str, previous: str) -> str:
    """The seal of one event: over what can never change, and over the seal before.

    Args:
        fixed: the event's `FIXED` fields.
        chain: the chain's id.
        commitment: of the event's details.
        previous: the digest of the event before, or `NOTHING_BEFORE`.
    """
    return _hash([FORMAT, chain, *(fixed[name] for name in FIXED), commitment, previous])


def signed_part(*, chain: str, number: int, digest: str, at: str) -> bytes:
    """The bytes that a checkpoint's Ed25519 signature covers."""
    return _canonical([FORMAT, "checkpoint", chain, number, digest, at])


def _hash(value: object) -> str:
    return hashlib.sha256(_canonical(value)).hexdigest()


def _canonical(value: object) -> bytes:
    return _write(value).encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that does not hold; `number` is the event's place in the chain, 0 for none."""

    kind: str
    number: int
    what: str

    def __str__(self) -> str:
        place = f"event {self.number}: " if self.number else ""
        return f"{place}{self.kind}: {self.what}"


@dataclass(kw_only=True, slots=True)
class Verdict:
    """What the verifier saw."""

    chain: str = ""
    events: int = 0
    checkpoints: int = 0
    erased: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, kind: str, number: int, what: str) -> None:
        """Note something that does not hold."""
        self.findings.append(Finding(kind=kind, number=number, what=what))


class NotATrail(ValueError):  # noqa: N818 - a verdict about a file
    """The file is not an exported trail; the message names the line."""


def verify(
    lines: Iterable[str], *, key: str | None = None, kept: Iterable[Mapping[str, Any]] = ()
) -> Verdict:
    """Judge one exported chain.

    Args:
        lines: the lines of the export.
        key: the installation's public key in hex, known from before; the export's own otherwise.
            A key from outside is what finds a trail rewritten and signed anew.
        kept: checkpoints that left the installation earlier; they find a cut tail.

    Raises:
        NotATrail: a line is not what the format says.
    """
    return _Verifier(key=key, kept=list(kept)).run(_records(lines))


def read_checkpoints(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The checkpoints that stand in an export, or in a file of checkpoints alone.

    Raises:
        NotATrail: a line is not what the format says.
    """
    found = [one["checkpoint"] for _number, one in _records(lines) if "checkpoint" in one]
    return [_whole_checkpoint(one) for one in found]


def find_checkpoints(content: bytes) -> list[dict[str, Any]]:
    """The checkpoints in an export, in a backup's manifest, or at the tail of a PDF, XLSX, ZIP.

    Raises:
        NotATrail: there is none.
    """
    if content.startswith(_MANIFEST):
        found = json.loads(content)["checkpoints"]
        return [_whole_checkpoint(one) for one in found]
    if not content.startswith(_DOCUMENTS):
        return read_checkpoints(content.decode().splitlines())
    tail = content[-_TAIL:].decode("latin-1")
    start = tail.rfind('{"checkpoint"')
    if start < 0:
        raise NotATrail("the document carries no checkpoint")
    tail_object, _end = json.JSONDecoder().raw_decode(tail[start:])
    return [_whole_checkpoint(tail_object["checkpoint"])]


def _whole_checkpoint(found: Any) -> dict[str, Any]:
    """A checkpoint with all of its fields, each of its type."""
    if not isinstance(found, dict) or not all(
        isinstance(found.get(name), kind) for name, kind in CHECKPOINT_FIELDS.items()
    ):
        raise NotATrail("a checkpoint lacks a field, or has a wrong one")
    return found


def _records(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise NotATrail(f"line {number}: not JSON: {error}") from error
        if not isinstance(found, dict):
            raise NotATrail(f"line {number}: an object is expected")
        yield number, found


class _Verifier:
    def __init__(self, *, key: str | None, kept: list[Mapping[str, Any]]) -> None:
        self._verdict = Verdict()
        self._key = key.lower() if key else None
        self._kept = kept
        self._exported_at = ""
        self._checkpoints: list[Mapping[str, Any]] = []
        self._digests: dict[int, str] = {}
        self._last = 0
        self._erased: dict[str, int] = {}
        self._erasures: set[str] = set()
        self._points: dict[tuple[str, int], tuple[str, str]] = {}
        self._finals: dict[tuple[str, int], dict[str, str]] = {}
        self._seen_states: set[tuple[str, str, int]] = set()

    def run(self, records: Iterator[tuple[int, dict[str, Any]]]) -> Verdict:
        line, head = next(records, (1, {}))
        if head.get("format") != FORMAT:
            raise NotATrail(f"line {line}: format {head.get('format')!r}, expected {FORMAT!r}")
        self._verdict.chain = str(head.get("chain"))
        self._exported_at = str(head.get("exported_at"))
        key = self._key or str(head.get("public_key"))
        if self._key and self._key != head.get("public_key"):
            self._verdict.add("foreign key", 0, "the export is signed with another key")
        for number, record in records:
            try:
                self._take(record)
            except (KeyError, TypeError, AttributeError) as error:
                raise NotATrail(f"line {number}: field {error} is missing or wrong") from error
        self._judge_checkpoints(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)))
        self._judge_own_seal()
        self._judge_erasures()
        self._judge_unseen_states()
        return self._verdict

    def _take(self, record: dict[str, Any]) -> None:
        if "event" in record:
            self._take_event(record["event"])
        elif "checkpoint" in record:
            self._checkpoints.append(_whole_checkpoint(record["checkpoint"]))
        elif "points" in record:
            self._judge_points(record["points"])
        elif "final" in record:
            self._judge_final(record["final"])
        else:
            raise KeyError(*sorted(record)[:1])

    def _take_event(self, event: dict[str, Any]) -> None:
        self._verdict.events += 1
        number = event["number"]
        expected = self._last + 1
        previous = self._digests[self._last] if self._last else NOTHING_BEFORE
        if number != expected:
            previous = self._judge_number(number, expected)
        if event["previous"] != previous:
            self._verdict.add(
                "broken link",
                number,
                "does not follow the event before it: one was changed, removed or put in here",
            )
        sealed = digest_of(
            event,
            chain=self._verdict.chain,
            commitment=event["commitment"],
            previous=event["previous"],
        )
        if sealed != event["digest"]:
            self._verdict.add("changed", number, "the event does not match its seal")
        self._take_details(event)
        self._digests[number], self._last = event["digest"], number

    def _judge_number(self, number: int, expected: int) -> str:
        """Name what is wrong with the place, and give the digest that stands before it."""
        if number > expected:
            self._verdict.add("removed", number, f"events {expected}..{number - 1} are missing")
        else:
            self._verdict.add("put in", number, f"number {expected} was expected here")
        return self._digests.get(number - 1, NOTHING_BEFORE if number == 1 else "")

    def _take_details(self, event: dict[str, Any]) -> None:
        details = event["details"]
        if details is None:
            self._verdict.erased += 1
            self._erased[event["id"]] = event["number"]
            return
        if commitment_of(details, salt=event["salt"]) != event["commitment"]:
            self._verdict.add("changed", event["number"], "the details do not match their seal")
        new = details["new"] or {}
        if event["action"] == "trail.erased":
            self._erasures.update(new["events"])
        elif event["action"] == "points.saved":
            told = (new["criterion"], new["points"])
            self._points[event["subject_id"], new["number"]] = told
        elif event["action"] == "result.settled":
            self._finals[event["subject_id"], new["number"]] = new["points"]

    def _judge_points(self, state: dict[str, Any]) -> None:
        place = (state["assignment"], state["number"])
        self._see("points", *place)
        criterion, told = self._points.get(place, (state["criterion"], None))
        if (criterion, told) != (state["criterion"], state["points"]):
            self._verdict.add(
                "unexplained points",
                0,
                f"sheet {place[0]}, save {place[1]}, criterion {state['criterion']}: the database "
                f"holds {state['points']!r}, the events say {told!r} for {criterion}",
            )

    def _judge_final(self, state: dict[str, Any]) -> None:
        place = (state["script"], state["number"])
        self._see("final", *place)
        if self._finals.get(place) != state["points"]:
            self._verdict.add(
                "unexplained result",
                0,
                f"script {place[0]}, version {place[1]}: the database's "
                "points are not those of the events",
            )

    def _see(self, kind: str, place: str, number: int) -> None:
        if (kind, place, number) in self._seen_states:
            self._verdict.add(f"doubled {kind}", 0, f"{place} {number}")
        self._seen_states.add((kind, place, number))

    def _judge_unseen_states(self) -> None:
        """Points that events tell of must stand in the database."""
        told = {("points", *place) for place in self._points}
        told |= {("final", *place) for place in self._finals}
        for kind, place, number in sorted(told - self._seen_states):
            self._verdict.add(f"lost {kind}", 0, f"{place} {number}")

    def _judge_erasures(self) -> None:
        for event_id, number in self._erased.items():
            if event_id not in self._erasures:
                self._verdict.add("erased without a trace", number, "no event tells who erased it")

    def _judge_checkpoints(self, key: Ed25519PublicKey) -> None:
        for checkpoint in [*self._checkpoints, *self._kept]:
            if checkpoint["chain"] != self._verdict.chain:
                continue
            self._verdict.checkpoints += 1
            self._judge_checkpoint(checkpoint, key)

    def _judge_own_seal(self) -> None:
        """The checkpoint made with the export must cover its last event: none is put in after."""
        sealed = [one["number"] for one in self._checkpoints if one["at"] == self._exported_at]
        if not sealed:
            self._verdict.add("no seal", 0, "the export lacks the checkpoint made with it")
        elif max(sealed) < self._last:
            self._verdict.add("put in", max(sealed) + 1, "the chain's own count ends before it")

    def _judge_checkpoint(self, checkpoint: Mapping[str, Any], key: Ed25519PublicKey) -> None:
        number = checkpoint["number"]
        parts = {name: checkpoint[name] for name in ("chain", "number", "digest", "at")}
        try:
            key.verify(bytes.fromhex(checkpoint["signature"]), signed_part(**parts))
        except (InvalidSignature, ValueError):
            self._verdict.add("wrong signature", number, f"checkpoint of {checkpoint['at']}")
            return
        if number > self._last:
            self._verdict.add(
                "cut tail",
                number,
                f"a checkpoint of {checkpoint['at']} knew this event, the "
                f"trail ends with {self._last}",
            )
        elif number and self._digests.get(number) != checkpoint["digest"]:
            self._verdict.add(
                "rewritten", number, f"a checkpoint of {checkpoint['at']} knew another event"
            )


def main(arguments: list[str]) -> int:
    """Judge one file; 0 when everything holds, 1 when something does not, 2 for bad input."""
    asked = _parser().parse_args(arguments)
    try:
        kept: list[dict[str, Any]] = []
        if asked.checkpoints is not None:
            kept = find_checkpoints(asked.checkpoints.read_bytes())
        with asked.trail.open(encoding="utf-8") as file:
            verdict = verify(file, key=asked.key, kept=kept)
        if asked.checkpoints is not None:
            _check_kept(kept, verdict.chain)
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for finding in verdict.findings:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(
        f"chain {verdict.chain}: {verdict.events} events, {verdict.checkpoints} checkpoints, "
        f"{verdict.erased} erased, {len(verdict.findings)} findings\n"
    )
    return 1 if verdict.findings else 0


def _check_kept(kept: list[dict[str, Any]], chain: str) -> None:
    """Whoever brings checkpoints wants them compared: those of other chains say nothing."""
    if not any(one["chain"] == chain for one in kept):
        raise NotATrail(f"none of the {len(kept)} checkpoints that were kept is of chain {chain}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Judge an exported trail.")
    parser.add_argument("trail", type=Path, help="the export, sverka-trail/1")
    parser.add_argument("--key", help="the public key in hex, known from outside")
    parser.add_argument(
        "--checkpoints", type=Path, help="an earlier export, a manifest, a document"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
