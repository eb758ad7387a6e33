"""The numbers asked for one at a time: new ones from a file, and those of the cases we hold open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bridge.adapters.sources.rest.paths import put
from bridge.adapters.sources.rest.plan import EachPlan, NumbersPlan
from bridge.adapters.sources.rest.progress import Progress
from bridge.errors import PermanentError, TransientError
from bridge.usecases.ports import OpenCases

_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """An item as a list would have it; `open_number` when it is of a case we hold."""

    item: Mapping[str, object]
    open_number: str


def numbers_to_ask(
    source: str,
    plan: NumbersPlan,
    each: EachPlan,
    open_cases: OpenCases,
    *,
    progress: Progress,
    now: datetime,
) -> Iterator[Wish]:
    """Give each number once; a case that was final for some days drops out.

    Raises: TransientError, PermanentError.
    """
    path = str(each.number)
    if plan.file is not None:
        listed = set(read_numbers(source, plan.file)) - progress.asked
        for number in sorted(listed - open_cases.final(source, listed)):
            progress.asked.add(number)
            yield Wish(put(path, number), "")
    if plan.open_cases:
        since = now - timedelta(days=plan.final_days)
        for number in open_cases.numbers(source, progress.number, since):
            if number not in progress.asked:
                progress.asked.add(number)
                yield Wish(put(path, number), number)


def read_numbers(source: str, path: Path) -> list[str]:
    """Give the numbers of a text file, one a line; empty lines and those that begin with # do not count.

    Raises: TransientError when it is not there, PermanentError when it is no such file.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _refused(source, f"is larger than {_MOST_BYTES // 1024 // 1024} MiB")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        raise TransientError(
            f"{source}: the file of numbers cannot be read", system=source, code="source.unavailable"
        ) from None
    except UnicodeDecodeError:
        raise _refused(source, "is not UTF-8") from None
    return [text for line in lines if (text := line.strip()) and not text.startswith("#")]


def _refused(source: str, problem: str) -> PermanentError:
    return PermanentError(f"{source}: the file of numbers {problem}", system=source, code="source.numbers")
