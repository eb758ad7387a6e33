"""Compares a full picture with what the store knows, whatever its size, before a record is made of it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from struct import Struct

from bridge.errors import PermanentError
from bridge.usecases.ports import GIVEN, TOGETHER, Store
from bridge.usecases.record_print import RecordPrints
from bridge.usecases.seldom_collected import seldom_collected
from bridge.usecases.spill import PARTS, Spill
from mappings.errors import RecordError
from mappings.model import SourceMapping
from mappings.records import record_id
from mappings.row_ids import row_ids

MOST_DOUBLES = 10_000
"""Rows of one picture that may share a number with another; above, its numbers are no numbers."""

_SEEN = Struct("<q16sI")
_KNOWN = Struct("<q16s")
_STOPPED = b""
_LAST = PARTS - 1


class PictureComparison:
    """The `Comparison` port, and which ids the picture named once it is chosen from.

    Ids and prints lie in parts by the hash of the id, in temporary files; parts are compared one at a time.
    """

    def __init__(self, mapping: SourceMapping, prints: RecordPrints, store: Store) -> None:
        self._mapping = mapping
        self._prints = prints
        self._store = store
        self._seen, self._known = Spill(), Spill()
        self._rows = 0
        self._named = 0
        self._nameless = array("I")
        self._vanished: list[array[int]] = []

    def __len__(self) -> int:
        """Give how many different ids the picture names."""
        return self._named

    @property
    def misses_any(self) -> bool:
        """Whether it leaves out an id that the store knew."""
        return any(map(len, self._vanished))

    def __contains__(self, source_case_id: object) -> bool:
        """Whether the picture names this id, which the store knew when the choice was made."""
        place = hash(source_case_id)
        vanished = self._vanished[place & _LAST]
        found = bisect_left(vanished, place)
        return found == len(vanished) or vanished[found] != place

    def rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Take the next rows of the picture, in their order."""
        self._add(row_ids(self._mapping, columns, rows), self._prints.of_rows(columns, rows))

    def records(self, records: Sequence[Mapping[str, object]]) -> None:
        """Take the next records of a picture that is no table, in their order."""
        ids = [self._id_of(values) for values in records]
        self._add(ids, [self._prints.of(values) for values in records])

    def choice(self) -> bytearray:
        """Give one byte a row: LEFT_OUT, GIVEN or TOGETHER. Raises: PermanentError, TransientError."""
        with seldom_collected():
            self._learn_known()
            return self._choose_all()

    def _choose_all(self) -> bytearray:
        choice, doubles = bytearray(self._rows), 0
        for row in self._nameless:
            choice[row] = GIVEN
        for number in range(PARTS):
            doubles += self._choose(number, choice)
            if doubles > MOST_DOUBLES:
                raise PermanentError(
                    f"{self._mapping.source}: over {MOST_DOUBLES} rows share a number with another one",
                    system=self._mapping.source,
                    code="source.duplicates",
                )
        self.close()
        return choice

    def close(self) -> None:
        """Give the temporary files back."""
        self._seen.close()
        self._known.close()

    def _add(self, ids: Iterable[str | None], prints: Iterable[bytes]) -> None:
        parts, pack, row = self._seen.parts, _SEEN.pack, self._rows
        for source_case_id, found in zip(ids, prints, strict=True):
            if source_case_id is None:
                self._nameless.append(row)
            else:
                place = hash(source_case_id)
                parts[place & _LAST] += pack(place, found, row)
            row += 1
        self._rows = row
        self._seen.settle()

    def _learn_known(self) -> None:
        """Note what the store knows; a record that stopped counts as known, under a print of no record."""
        with self._store.read() as tx:
            for known in tx.cases.reported_prints(self._mapping.source):
                self._note_known(known)
            self._note_known((stopped, _STOPPED) for stopped in tx.intake.parked_ids(self._mapping.source))

    def _note_known(self, known: Iterable[tuple[str, bytes]]) -> None:
        parts, pack = self._known.parts, _KNOWN.pack
        for source_case_id, found in known:
            place = hash(source_case_id)
            parts[place & _LAST] += pack(place, found)
        self._known.settle()

    def _choose(self, number: int, choice: bytearray) -> int:
        """Compare one part; give how many of its rows share a number."""
        known: dict[int, bytes] = {}
        for place, found in _KNOWN.iter_unpack(self._known.part(number)):
            known.setdefault(place, found)
        first: dict[int, int] = {}
        doubles = 0
        for place, found, row in _SEEN.iter_unpack(self._seen.part(number)):
            if known.pop(place, None) != found:
                choice[row] = GIVEN
            earlier = first.setdefault(place, row)
            if earlier != row:
                doubles += 1 + (choice[earlier] != TOGETHER)
                choice[earlier] = choice[row] = TOGETHER
        self._named += len(first)
        self._vanished.append(array("q", sorted(known)))
        return doubles

    def _id_of(self, values: Mapping[str, object]) -> str | None:
        try:
            return record_id(self._mapping, values, "")
        except RecordError:
            return None
