"""Full pictures of any size: a source whose picture can be gone through twice has it compared first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from bridge.domain.synchronisation import Delivery

LEFT_OUT, GIVEN, TOGETHER = 0, 1, 2
"""What a row of a picture is: as it was, so left out; to give; to give in one delivery, behind all others."""


class Comparison(Protocol):
    """Compares one full picture with what the store knows of it. Rows are counted from 0, in their order."""

    def rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Take the next rows: what their records would hold, all texts, as flat as these columns."""

    def records(self, records: Sequence[Mapping[str, object]]) -> None:
        """Take the next records of a picture that is no table."""

    def choice(self) -> bytearray:
        """Give one byte a row, once all were taken: LEFT_OUT, GIVEN or TOGETHER.

        Rows that share a number are TOGETHER, so that nobody believes the first before the second is seen.
        Raises: PermanentError when too many do, TransientError when the store is away.
        """


@runtime_checkable
class PictureReader(Protocol):
    """A `SourceReader` that can go through its pictures twice: to compare them, then to give what is new."""

    def read_compared(self, cursor: str | None, begin: Callable[[str], Comparison]) -> Iterator[Delivery]:
        """Give deliveries after `cursor`, oldest first; of each picture only the rows chosen.

        `begin` is told the name of each picture, once. Its deliveries end with one that is
        `last_of_picture`, without a record when nothing is new, and count the rows left out in `unchanged`.
        Raises: TransientError, PermanentError.
        """
