"""Prints tried records, raw beside mapped, in the width of the terminal."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterable

from bridge.domain.causes import cause
from bridge.errors import ConfigurationError
from mappings.trial import Line, Trial

_KEY_WIDTH = 22
_NARROWEST, _WIDEST = 60, 160
_NEVER = {"record.receipt_secret"}
"""What opens a request is shown to nobody."""


def only_on_a_terminal(show: bool) -> None:
    """Raises: ConfigurationError when names would go into a file, a pipe or a log."""
    if show and not sys.stdout.isatty():
        raise ConfigurationError("--show is for a terminal: what names people goes into no file and no log")


def terminal_width() -> int:
    """Give how many characters a line may have; a file or a pipe gets eighty."""
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((80, 24)).columns))


def story(trial: Trial, width: int, *, show: bool) -> str:
    """Give one record as text; what may name a person keeps its shape only, unless `show`."""
    head = " · ".join(filter(None, (trial.position, trial.source_case_id)))
    lines = [f"─ {head} ".ljust(width, "─")[:width]]
    lines += [_row(line if show and line.key not in _NEVER else line.hidden(), width) for line in trial.lines]
    if trial.unread:
        lines.append(_cut(f"  read by no rule: {', '.join(trial.unread)}", width))
    if trial.error:
        lines += [f"  ✗ {trial.error.key}: {_problem(trial)} [{trial.error.code}]"]
        lines += [f"    → {cause(trial.error.code).next_step}"]
    return "\n".join(lines)


def total(trials: Iterable[Trial]) -> str:
    """Give the counts of all records tried, with each cause."""
    stopped = Counter(trial.error.code if trial.error else "" for trial in trials)
    read = stopped.pop("", 0)
    causes = "".join(f"; {count} × {code}" for code, count in stopped.most_common())
    return f"{read + stopped.total()} records tried, {read} read, {stopped.total()} stopped{causes}"


def _problem(trial: Trial) -> str:
    error = trial.error
    allowed = f"; allowed: {', '.join(error.allowed)}" if error and error.allowed else ""
    return f"{error.problem}{allowed}" if error else ""


def _row(line: Line, width: int) -> str:
    half = (width - _KEY_WIDTH - 6) // 2
    raw = ", ".join(f"{column} = {_one_line(text)}" for column, text in line.raw)
    key = line.key.removeprefix("record.")
    mapped = "–" if line.mapped is None else _one_line(line.mapped)
    cells = f"  {_cut(key, _KEY_WIDTH):<{_KEY_WIDTH}} {_cut(mapped, half):<{half}}"
    return f"{cells} ← {_cut(raw, width - len(cells) - 3)}" if raw else cells.rstrip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
