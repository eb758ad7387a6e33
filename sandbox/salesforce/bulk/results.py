"""The three CSV files a finished ingest job gives: what went well, what was refused, what was never tried."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Self, TextIO

from sandbox.salesforce.bulk.job import DELIMITERS, LINE_ENDINGS, Job
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.records.drafts import Outcome

SUCCESSFUL, FAILED, UNPROCESSED = "successful.csv", "failed.csv", "unprocessed.csv"


class Results:
    """Writes each row back as it was sent, behind what became of it."""

    def __init__(self, job: Job, header: str, *, shuffled: bool, seed: int = 0) -> None:
        self._delimiter = DELIMITERS[job.request.delimiter]
        self._end = LINE_ENDINGS[job.request.line_ending]
        self._shuffle = random.Random(seed).shuffle if shuffled else None  # noqa: S311 - repeatable, nothing secret
        self._folder = job.folder
        self._header = header
        self._open = ExitStack()

    def __enter__(self) -> Self:
        mark = self._delimiter
        self._successful = self._file(SUCCESSFUL, f'"sf__Id"{mark}"sf__Created"{mark}{self._header}')
        self._failed = self._file(FAILED, f'"sf__Id"{mark}"sf__Error"{mark}{self._header}')
        self._unprocessed = self._file(UNPROCESSED, self._header)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def settled(self, rows: Iterable[tuple[str, Outcome]]) -> None:
        """Write the rows of one batch."""
        mark, end = self._delimiter, self._end
        good: list[str] = []
        bad: list[str] = []
        for sent, outcome in rows:
            if outcome.error is None:
                good.append(f'"{outcome.id}"{mark}"{str(outcome.created).lower()}"{mark}{sent}{end}')
            else:
                bad.append(f'"{outcome.id or ""}"{mark}"{_told(outcome.error)}"{mark}{sent}{end}')
        for lines, file in ((good, self._successful), (bad, self._failed)):
            if self._shuffle is not None:
                self._shuffle(lines)
            file.writelines(lines)

    def untried(self, sent: str) -> None:
        """Write a row that was never tried."""
        self._unprocessed.write(sent + self._end)

    def _file(self, name: str, header: str) -> TextIO:
        file = self._open.enter_context((self._folder / name).open("w", encoding="utf-8", newline=""))
        file.write(header + self._end)
        return file


def empty_results(job: Job) -> Path:
    """A file without any row, for a job that came to nothing."""
    path = job.folder / "nothing.csv"
    path.touch()
    return path


def _told(error: SalesforceError) -> str:
    fields = ",".join(error.fields or ())
    return f"{error.code}:{error.message}:{fields}--".replace('"', '""')
