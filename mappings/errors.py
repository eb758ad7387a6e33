"""What a mapping file or a record can be refused for, in words that name file, key and allowed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mappings.model import MappedRecord


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file; `key` is its dotted path, `allowed` what could stand there."""

    file: str
    key: str
    problem: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give `file: key: problem; allowed: …`."""
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.problem}{_choices(self.allowed)}"


class MappingError(Exception):
    """A mapping that cannot be used, with every problem found; the first one is also told apart."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.file = problems[0].file
        self.key = problems[0].key
        self.problem = problems[0].problem
        self.allowed = problems[0].allowed


class RecordError(Exception):
    """A record the mapping cannot read; its text never holds a person's data.

    `code` is stable: record.id_missing, record.id_too_long, record.required, record.type, record.date,
    record.table, record.status_unmapped, or one the caller gives.
    """

    def __init__(
        self,
        *,
        file: str,
        position: str,
        source_case_id: str | None,
        key: str,
        code: str,
        problem: str,
        allowed: Sequence[str] = (),
    ) -> None:
        case = f" ({source_case_id})" if source_case_id else ""
        super().__init__(f"{file}: {position}{case}: {key}: {problem}{_choices(allowed)}")
        self.file = file
        self.position = position
        self.source_case_id = source_case_id
        self.key = key
        self.code = code
        self.problem = problem
        self.allowed = tuple(allowed)


class UnmappedStatusError(RecordError):
    """A status word no line of the table has; `without_status` is the rest, its phase unknown."""

    def __init__(
        self,
        *,
        file: str,
        position: str,
        key: str,
        problem: str,
        allowed: Sequence[str],
        without_status: MappedRecord,
    ) -> None:
        super().__init__(
            file=file,
            position=position,
            source_case_id=without_status.source_case_id,
            key=key,
            code="record.status_unmapped",
            problem=problem,
            allowed=allowed,
        )
        self.without_status = without_status


class PayloadError(Exception):
    """A value Salesforce needs and the caller did not give, or gave unusable; names file and field only."""

    def __init__(self, file: str, target: str, problem: str) -> None:
        super().__init__(f"{file}: {target}: {problem}")
        self.file = file
        self.target = target
        self.problem = problem


def _choices(allowed: Sequence[str]) -> str:
    return f"; allowed: {', '.join(allowed)}" if allowed else ""
