"""Values of a JSON layout, checked one by one; a refusal names path, value and expectation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from scanning.errors import ScanError


class LayoutError(ScanError):
    """A layout holds a value that no form can have."""

    def __init__(self, *, path: str, value: object, expected: str) -> None:
        self.path = path
        self.value = value
        self.expected = expected
        super().__init__(
            "Макет листа, %(path)s: значение %(value)s не подходит, ожидается %(expected)s.",
            {"path": path, "value": repr(value), "expected": expected},
        )

    def inside(self, place: str) -> LayoutError:
        """The same refusal of a layout that is itself a part of something."""
        path = place + self.path.removeprefix("layout")
        return LayoutError(path=path, value=self.value, expected=self.expected)


def mapping_at(value: object, *, path: str) -> Mapping[str, object]:
    """`value` as an object with text keys.

    Raises:
        LayoutError: it is something else.
    """
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise LayoutError(path=path, value=value, expected="объект")
    return value


def known_keys(value: Mapping[str, object], *, path: str, keys: Sequence[str]) -> None:
    """Refuse keys that nobody would read.

    Raises:
        LayoutError: there is one.
    """
    for key in value:
        if key not in keys:
            raise LayoutError(path=f"{path}.{key}", value=value[key], expected=", ".join(keys))


def number_at(value: object, *, path: str, least: float = -math.inf) -> float:
    """`value` as a finite number of at least `least`.

    Raises:
        LayoutError: it is something else.
    """
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if not usable or not math.isfinite(float(value)) or float(value) < least:  # type: ignore[arg-type]
        expected = "число" if least == -math.inf else f"число не меньше {least:g}"
        raise LayoutError(path=path, value=value, expected=expected)
    return float(value)  # type: ignore[arg-type]


def count_at(value: object, *, path: str, most: int) -> int:
    """`value` as a whole number from 1 to `most`.

    Raises:
        LayoutError: it is something else.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise LayoutError(path=path, value=value, expected=f"целое число от 1 до {most}")
    return value


def pair_at(value: object, *, path: str, least: float = -math.inf) -> tuple[float, float]:
    """`value` as two numbers.

    Raises:
        LayoutError: it is something else.
    """
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:  # noqa: PLR2004
        raise LayoutError(path=path, value=value, expected="два числа")
    first, second = (
        number_at(part, path=f"{path}[{index}]", least=least) for index, part in enumerate(value)
    )
    return first, second


def list_at(value: object, *, path: str) -> Sequence[object]:
    """`value` as a list.

    Raises:
        LayoutError: it is something else.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise LayoutError(path=path, value=value, expected="список")
    return value
