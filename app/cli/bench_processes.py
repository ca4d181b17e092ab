"""Finding the processes of an installation that a benchmark has started."""

from __future__ import annotations

from pathlib import Path

# Among the words of `/proc/PID/stat` behind the name.
STATE, GROUP = 0, 2


def processes_of(group: int, name: str) -> list[int]:
    """The processes of a group that the system shows under that name."""
    found = (_process(entry) for entry in Path("/proc").glob("[0-9]*"))
    return sorted(one[0] for one in found if one is not None and one[1:] == (group, name))


def _process(entry: Path) -> tuple[int, int, str] | None:
    try:
        head, _, tail = (entry / "stat").read_text().rpartition(")")
    except OSError:
        return None
    if tail.split()[STATE] == "Z":
        return None
    return int(entry.name), int(tail.split()[GROUP]), head.partition("(")[2]
