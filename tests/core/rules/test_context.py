"""What rules know of the rest of a repository, and at what price."""

from collections.abc import Iterator, Mapping

import pytest

from bot.core.rules.context import Listed, found_document


class _Shelf(Mapping[str, Listed | None]):
    """A repository that knows which of its files were looked at."""

    def __init__(self, *paths: str) -> None:
        self._paths = paths
        self.looked_at: list[str] = []

    def __getitem__(self, path: str) -> Listed | None:
        if path not in self._paths:
            raise KeyError(path)
        self.looked_at.append(path)
        return Listed("A design") if path.endswith(".md") else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@pytest.mark.parametrize("said", ["0012-new-cache.md", "0012-New-Cache", "ADR-12", "TDD 12", "0012"])
def test_a_design_that_is_named_is_found_by_reading_no_other(said: str) -> None:
    shelf = _Shelf("docs/0001-old.md", "docs/0011-prices.md", "docs/0012-new-cache.md", "docs/0013-stock.md")
    assert found_document(said, "docs/0011-prices.md", shelf) == (
        "docs/0012-new-cache.md",
        Listed("A design"),
    )
    assert shelf.looked_at == ["docs/0012-new-cache.md"]


@pytest.mark.parametrize("said", ["elsewhere/0011-prices.md", "nothing.md", "0099", "0011", "12.png"])
def test_neither_the_document_itself_nor_another_kind_of_file_is_found(said: str) -> None:
    assert (
        found_document(said, "docs/0011-prices.md", _Shelf("docs/0011-prices.md", "pictures/12.png")) is None
    )
