"""A small chart, drawn here: the browser runs nothing for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.ports import Week

WIDTH: Final = 480
HEIGHT: Final = 96
_GAP: Final = 6
_FLOOR: Final = HEIGHT - 18
"""Below it stand the dates."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One week; all lengths in the picture's own units."""

    week: Week
    x: float
    width: float
    open_y: float
    open_height: float
    merged_y: float
    merged_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of open designs on merged ones, and the greatest sum."""

    bars: tuple[Bar, ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = _FLOOR


def chart_of(weeks: Sequence[Week]) -> Chart | None:
    """Return the picture; None where there is nothing to draw."""
    most = max((one.open + one.merged for one in weeks), default=0)
    if not most:
        return None
    step = WIDTH / len(weeks)
    scale = (_FLOOR - 4) / most
    bars = []
    for at, week in enumerate(weeks):
        merged, waiting = round(week.merged * scale, 1), round(week.open * scale, 1)
        bars.append(
            Bar(
                week=week,
                x=round(at * step + _GAP / 2, 1),
                width=round(step - _GAP, 1),
                open_y=round(_FLOOR - merged - waiting, 1),
                open_height=waiting,
                merged_y=round(_FLOOR - merged, 1),
                merged_height=merged,
            )
        )
    return Chart(tuple(bars), most)
