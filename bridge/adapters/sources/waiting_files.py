"""The files that wait in a folder, one after the other, however each is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bridge.adapters.sources.file_mark import FileMark, read_mark
from bridge.adapters.sources.folders import STOPS_ALL, Folder
from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError


def read_waiting(
    folder: Folder, cursor: str | None, read: Callable[[str, FileMark], Iterator[Delivery]]
) -> Iterator[Delivery]:
    """Give the deliveries of each file newer than the last one taken, oldest first.

    A refused file keeps nothing back: newer ones are read, then its error is raised.
    Raises: TransientError, PermanentError.
    """
    mark = read_mark(cursor)
    refused: PermanentError | None = None
    for name in folder.waiting(mark.file, mark.whole_version):
        try:
            for delivery in read(name, mark):
                yield delivery
                mark = read_mark(delivery.cursor)
        except PermanentError as error:
            if error.code in STOPS_ALL:
                raise
            refused = error
    if refused:
        raise refused
