"""Every check and test in a stated order; with arguments, pytest alone with those arguments.

Which lines no test reaches is told when SVERKA_COVERAGE is set: counting them slows the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = (
    ("format", (BIN / "ruff", "format", "--check", "--quiet", ".")),
    ("lint", (BIN / "ruff", "check", "--quiet", ".")),
    ("types", (BIN / "mypy",)),
    ("arrows", (BIN / "lint-imports", "--no-cache")),
)


def main(arguments: list[str]) -> int:
    """Run the checks; the exit code is that of the first one that fails."""
    pytest = (sys.executable, "-m", "pytest")
    # Tests start the program dozens of times; compiling it anew each time costs seconds of each.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if arguments:
        return subprocess.call((*pytest, *arguments), cwd=ROOT)
    whole = (
        *pytest,
        *(("--cov", "--cov-report=term") if os.environ.get("SVERKA_COVERAGE") else ()),
        "--durations=25",
        "-n",
        os.environ.get("SVERKA_TEST_WORKERS", "2"),
        "--dist",
        "worksteal",
    )
    for name, command in (*CHECKS, ("tests", whole)):
        print(f"== {name}", flush=True)
        code = subprocess.call([str(word) for word in command], cwd=ROOT)
        if code:
            print(f"== {name}: failed", flush=True)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
