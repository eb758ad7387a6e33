"""Tells which page of a walk is being read, so that a fault can strike the k-th."""

from __future__ import annotations


class Walk:
    """Follows one reader: a page continues the walk when it starts where the last one ended."""

    def __init__(self) -> None:
        self._page = 0
        self._end: str | None = None

    def start(self, after: str | None) -> int:
        """The rank, from 1, of the page that starts after that cursor."""
        follows = after is not None and after == self._end
        return self._page + 1 if follows else 1

    def served(self, page: int, end: str | None) -> None:
        """Remember the page just served and where it ended."""
        self._page, self._end = page, end
