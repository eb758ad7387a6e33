"""Prints of raw records: two of them are equal when nothing that the mapping may read has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from bridge.usecases.ports import Pseudonyms
from mappings.model import SourceMapping

PRINT_BYTES = 16
PRINT_PURPOSE = "print"
_BETWEEN = "\x1f"


class RecordPrints:
    """Gives 16 bytes that change with a record, its columns, or the mapping that reads it.

    Where records hold the secret of a receipt, prints are made under our key alone.
    """

    def __init__(self, mapping: SourceMapping, pseudonyms: Pseudonyms) -> None:
        rule, key = mapping.record.receipt_secret, b""
        if rule is not None and rule.path:
            secret = pseudonyms.secret(PRINT_PURPOSE, mapping.mapping_version)
            key = hashlib.sha256(secret.encode()).digest()
        self._start = hashlib.blake2b(
            f"{mapping.mapping_version}\x1e".encode(), digest_size=PRINT_BYTES, key=key
        )

    def of(self, values: Mapping[str, object]) -> bytes:
        """Give the print of one record; a type is part of a value."""
        if all(type(value) is str for value in values.values()):
            (found,) = self.of_rows(tuple(values), [tuple(map(str, values.values()))])
            return found
        return self._written(repr(values))

    def of_rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[bytes]:
        """Give the prints of flat records whose values are texts, all of the same columns."""
        start = self._start.copy()
        start.update(f"{_BETWEEN.join(columns)}\x1e".encode("utf-8", "surrogatepass"))
        between, copy, width = _BETWEEN.join, start.copy, len(columns) - 1
        prints: list[bytes] = []
        for cells in rows:
            text = between(cells)
            if text.count(_BETWEEN) != width:
                prints.append(self._written(repr((tuple(columns), tuple(cells)))))
                continue
            row = copy()
            row.update(text.encode("utf-8", "surrogatepass"))
            prints.append(row.digest())
        return prints

    def _written(self, text: str) -> bytes:
        whole = self._start.copy()
        whole.update(text.encode("utf-8", "surrogatepass"))
        return whole.digest()
