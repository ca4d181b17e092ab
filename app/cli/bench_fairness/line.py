"""One line of the benchmark: figure, bar, measured, met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A figure that was measured, beside what it must be.

    Attributes:
        figure: What was measured.
        bar: What it must be, such as `>= .95`.
        measured: What came out.
        met: Whether it meets the bar.
    """

    figure: str
    bar: str
    measured: str
    met: bool

    def __str__(self) -> str:
        return f"{self.figure:<62}{self.bar:>16}{self.measured:>22}  {'yes' if self.met else 'NO'}"


def at_least(figure: str, value: float, bar: float) -> Line:
    """A figure that must reach its bar."""
    return Line(figure=figure, bar=f">= {bar:g}", measured=f"{value:.4g}", met=value >= bar)


def at_most(figure: str, value: float, bar: float) -> Line:
    """A figure that must stay within its bar."""
    return Line(figure=figure, bar=f"<= {bar:g}", measured=f"{value:.4g}", met=value <= bar)
