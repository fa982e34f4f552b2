"""What a figure has to stay below."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A figure, and the bound that it has to stay below."""

    name: str
    value: float
    below: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether it does."""
        return self.value < self.below

    def __str__(self) -> str:
        said = "met" if self.met else "MISSED"
        return (
            f"{self.name:32} {self.value:8.2f} {self.unit:3} target under {self.below:g} {self.unit}: {said}"
        )


def judged(targets: Sequence[Target], *, need: bool) -> int:
    """Print each target; return the exit code: 1 where one is needed and missed."""
    for target in targets:
        print(target)
    return 1 if need and not all(target.met for target in targets) else 0
