"""Walks a mapping file key by key and collects everything wrong in it, so that it is all told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from mappings.errors import MappingError, Problem
from mappings.gaps import PROBLEM as GAP_PROBLEM


@dataclass(frozen=True, slots=True)
class Report:
    """The problems of one file. What is wrong with a gap is that it is one, whoever else complains."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)

    def gap(self, key: str) -> None:
        """Note a gap that a draft left."""
        self.gaps[key] = len(self.problems)
        self.problems.append(Problem(self.file, key, GAP_PROBLEM))

    def add(self, key: str, problem: str, allowed: Collection[str] = ()) -> None:
        """Note a problem at a dotted key; the allowed values are told in a stable order."""
        ordered = allowed if isinstance(allowed, (list, tuple)) else sorted(allowed)
        choices = tuple(map(str, ordered))
        if key in self.gaps:
            self.problems[self.gaps[key]] = Problem(self.file, key, GAP_PROBLEM, choices)
        else:
            self.problems.append(Problem(self.file, key, problem, choices))

    def settle(self) -> None:
        """Raises: MappingError when anything was noted."""
        if self.problems:
            raise MappingError(self.problems)


class Section:
    """One mapping of the file. Each key is asked for by name; `close` refuses those nobody asked for."""

    def __init__(self, report: Report, key: str, value: object) -> None:
        self.report = report
        self.key = key
        self._asked: list[str] = []
        self._values: Mapping[str, object] = {}
        if isinstance(value, dict):
            self._values = value
        else:
            report.add(key, f"must be keys and values, not {kind(value)}")

    def path(self, name: str) -> str:
        """Give the dotted path of a key of this section."""
        return f"{self.key}.{name}" if self.key else name

    def add(self, name: str, problem: str, allowed: Collection[str] = ()) -> None:
        """Note a problem with one key."""
        self.report.add(self.path(name), problem, allowed)

    def has(self, name: str) -> bool:
        """Whether a key is written."""
        self._asked.append(name)
        return name in self._values

    def raw(self, name: str) -> object:
        """Give a value as written, None when absent."""
        return self._values.get(name) if self.has(name) else None

    def text(self, name: str, *, allowed: Collection[str] | None = None) -> str:
        """Give a required text; "" after a problem."""
        if not self.has(name):
            self.add(name, "is missing", allowed or ())
            return ""
        return self.text_or(name, allowed=allowed) or ""

    def text_or(self, name: str, *, allowed: Collection[str] | None = None) -> str | None:
        """Give an optional text, None when absent or null."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.add(name, f"must be a text, not {kind(value)}", allowed or ())
            return None
        if allowed is not None and value not in allowed:
            self.add(name, f"{value!r} is not allowed", allowed)
            return None
        return value

    def flag(self, name: str) -> bool:
        """Give true or false; false when absent."""
        value = self.raw(name) if self.has(name) else False
        if not isinstance(value, bool):
            self.add(name, f"must be true or false, not {kind(value)}")
        return value is True

    def number(self, name: str, least: float, most: float, *, whole: bool = True) -> float:
        """Give a required number within bounds; `least` after a problem."""
        value = self.raw(name)
        numeric = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if isinstance(value, (int, float)) and numeric and least <= value <= most:
            return value
        wanted = f"a {'whole ' if whole else ''}number from {least} to {most}"
        self.add(name, f"must be {wanted}" if self.has(name) else f"is missing: {wanted}")
        return least

    def texts(self, name: str, *, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """Give a list of texts, one text standing for a list of one; () when absent."""
        value = self.raw(name)
        if value is None:
            return ()
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not found or not all(isinstance(item, str) for item in found):
            self.add(name, f"must be a text or a list of texts, not {kind(value)}", allowed or ())
            return ()
        for item in found:
            if allowed is not None and item not in allowed:
                self.add(name, f"{item!r} is not allowed", allowed)
        return tuple(found)

    def table(self, name: str) -> dict[str, str]:
        """Give a table from text to text."""
        value = self.raw(name)
        if not isinstance(value, dict) or not value:
            self.add(name, "must be a table of at least one line")
            return {}
        for key, item in value.items():
            if not isinstance(item, str):
                self.report.add(f"{self.path(name)}.{key}", f"must be a text, not {kind(item)}")
        return {key: item for key, item in value.items() if isinstance(item, str)}

    def section(self, name: str) -> Section:
        """Give a section below; an absent one is a problem and counts as empty."""
        if self.has(name):
            return Section(self.report, self.path(name), self._values[name])
        self.add(name, "is missing")
        return Section(self.report, self.path(name), {})

    def names(self) -> Iterator[str]:
        """Give the keys as written, all of them counted as known."""
        self._asked.extend(self._values)
        return iter(self._values)

    def close(self) -> None:
        """Note the keys nobody asked for."""
        known = sorted(set(self._asked))
        for name in self._values:
            if name not in known:
                self.add(name, "unknown key", known)


def kind(value: object) -> str:
    """Give what a value is, in plain words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{value!s}".lower()
    if isinstance(value, (int, float)):
        return f"the number {value:g}"
    if isinstance(value, str):
        return repr(value[:80])
    return "a list" if isinstance(value, list) else "keys and values"
