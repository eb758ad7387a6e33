"""What a sample shows of each of its columns: how full, how varied, and which date format fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from mappings.dates import FORMATS, PARTIAL_FORMATS, read_date
from mappings.normalizers import text_of

Path = tuple[str, ...]

MOST_WORDS = 60
LONGEST_WORD = 40
_NO_DATE = ("01/01/1900", "1900-01-01", "1900-01-01 00:00:00", "0001-01-01", "00/00/0000")
"""What software writes where there is no date."""


@dataclass(slots=True)
class ColumnFacts:
    """One column; `words` counts its texts, until there are too many to be a vocabulary."""

    path: Path
    filled: int = 0
    texts: set[str] = field(default_factory=set)
    words: Counter[str] | None = field(default_factory=Counter)
    is_list: bool = False

    def take(self, text: str) -> None:
        """Count one text."""
        self.filled += 1
        self.texts.add(text)
        if self.words is not None:
            self.words[text] += 1
            if len(self.words) > MOST_WORDS or len(text) > LONGEST_WORD:
                self.words = None

    @property
    def vocabulary(self) -> dict[str, int]:
        """Give the words that come back, the most frequent first: one seen once may be anything."""
        return {word: count for word, count in (self.words or Counter()).most_common() if count > 1}

    @property
    def seen_once(self) -> int:
        """How many words were seen once."""
        return sum(count == 1 for count in (self.words or {}).values())

    @property
    def no_dates(self) -> tuple[str, ...]:
        """The texts that stand for no date."""
        return tuple(text for text in _NO_DATE if text in self.texts)

    def date_format(self, today: date, *, partial: bool = False) -> str | None:
        """Give the first named format that reads every text, None when none does."""
        reads = self.formats(today, partial=partial)
        return next((name for name, read in reads.items() if read == self._dated > 0), None)

    def formats(self, today: date, *, partial: bool = False) -> dict[str, int]:
        """Give how many different texts each format reads."""
        texts = self.texts - set(self.no_dates)
        names = [name for name in FORMATS if partial or name not in PARTIAL_FORMATS]
        return {name: sum(_reads(text, name, today) for text in texts) for name in names}

    @property
    def _dated(self) -> int:
        return len(self.texts - set(self.no_dates))


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """The columns of a sample in their order, and how many records it has."""

    columns: tuple[ColumnFacts, ...]
    records: int

    @classmethod
    def of(cls, records: Iterable[Mapping[str, object]]) -> SampleFacts:
        """Give the facts of these records; nested objects count as paths."""
        found: dict[Path, ColumnFacts] = {}
        count = 0
        for values in records:
            count += 1
            for path, value in _flat(values, ()):
                facts = found.setdefault(path, ColumnFacts(path))
                if isinstance(value, list):
                    facts.is_list = True
                elif text := text_of(value):
                    facts.take(text)
        return cls(tuple(found.values()), count)


def _flat(values: Mapping[str, object], above: Path) -> Iterator[tuple[Path, object]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*above, name))
        else:
            yield (*above, name), value


def _reads(text: str, form: str, today: date) -> bool:
    try:
        read_date(text, form, today)
    except ValueError:
        return False
    return True
