"""Has two long lists meet key by key in little memory: rows go to files by the hash of their key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO
from zlib import crc32

PARTS = 64
"""A sixty-fourth of ten million rows is still a few dozen megabytes."""


class Partitions:
    """One list on its way to files that nobody else may read; they go with their folder."""

    def __init__(self, folder: Path, parts: int = PARTS) -> None:
        folder.mkdir(mode=0o700)
        self._paths = [folder / f"{part:03}" for part in range(parts)]
        self._files: list[TextIO] = []

    def __enter__(self) -> Self:
        """Open the files for writing."""
        self._files = [path.open("w", encoding="utf-8") for path in self._paths]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files; they can be read then."""
        for file in self._files:
            file.close()

    def add(self, key: str, row: Sequence[Any]) -> None:
        """Add a row of plain values under a key; equal keys meet in one part."""
        self._files[crc32(key.encode()) % len(self._files)].write(json.dumps([key, *row]) + "\n")

    def part(self, number: int) -> Iterator[tuple[str, list[Any]]]:
        """Give the keys and rows of one part."""
        with self._paths[number].open(encoding="utf-8") as file:
            for line in file:
                key, *row = json.loads(line)
                yield key, row

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._paths)
