"""Reads the first records of a sample somebody was handed: CSV, XML, JSON or one JSON object a line."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lxml import etree

from bridge.adapters.sources.xml_values import values_of
from bridge.domain.synchronisation import SourceRecord
from bridge.errors import ConfigurationError

DELIMITERS = (";", ",", "\t", "|")
MOST_BYTES = 64 << 20
"""A sample is read whole: a few thousand records are enough, a year of them is not one."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The first records of a file. `kind` is csv, xml or json; a CSV has its encoding and delimiter."""

    kind: str
    records: tuple[SourceRecord, ...]
    encoding: str = "utf-8"
    delimiter: str = ""


def read_sample(
    path: Path, most: int, *, encoding: str | None = None, delimiter: str | None = None
) -> Sample:
    """Give at most so many records; what is not given of a CSV's form is found in it.

    Raises: ConfigurationError naming the file and what is wrong, never what it holds.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigurationError(f"{path.name}: over {MOST_BYTES >> 20} MB; give a sample of it")
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path.name}: cannot be read") from error
    kind = {".xml": "xml", ".json": "json", ".jsonl": "json", ".ndjson": "json"}.get(
        path.suffix.lower(), "csv"
    )
    read = {"xml": _xml, "json": _json, "csv": _csv}[kind]
    try:
        sample = read(content, most, encoding, delimiter)
    except (ValueError, csv.Error, etree.XMLSyntaxError) as error:
        # The parsers quote what they read, so their own words are not repeated.
        raise ConfigurationError(f"{path.name}: is no {kind} that can be read") from error
    if not sample.records:
        raise ConfigurationError(f"{path.name}: holds no record")
    return sample


def found_encoding(content: bytes) -> str:
    """Give the encoding: by its mark, strict UTF-8, or else Windows-1252."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _csv(content: bytes, most: int, encoding: str | None, delimiter: str | None) -> Sample:
    encoding = encoding or found_encoding(content)
    text = content.removeprefix(codecs.BOM_UTF8).decode(encoding)
    delimiter = delimiter or _found_delimiter(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip() for name in next(rows, [])]
    records, line = [], rows.line_num + 1
    for row in rows:
        if row and len(row) != len(header):
            raise ValueError("a row of another width")
        if row:
            records.append(SourceRecord(f"ligne {line}", dict(zip(header, row, strict=True))))
        line = rows.line_num + 1
        if len(records) == most:
            break
    return Sample("csv", tuple(records), encoding, delimiter)


def _found_delimiter(text: str) -> str:
    """The sign that cuts the first rows into the same number of fields, or else the one of the header."""
    header = text.partition("\n")[0]

    def likeness(sign: str) -> tuple[int, int]:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 20))
        widths = {len(row) for row in rows if row}
        return (widths.pop() if len(widths) == 1 and widths != {1} else 0, header.count(sign))

    return max(DELIMITERS, key=likeness)


def _json(content: bytes, most: int, _encoding: str | None, _delimiter: str | None) -> Sample:
    text = content.decode("utf-8-sig")
    try:
        found = _records_of(json.loads(text))
    except ValueError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    taken = found[:most]
    if not all(isinstance(record, dict) for record in taken):
        raise ValueError("a record is no object")
    return Sample("json", tuple(SourceRecord(f"n° {n}", record) for n, record in enumerate(taken, 1)))


def _records_of(document: object) -> Sequence[dict[str, object]]:
    """A list, or the longest list of objects somewhere in the document, which is how APIs wrap it."""
    if isinstance(document, list):
        return document
    return max(_lists_in(document), key=len, default=[document] if isinstance(document, dict) else [])


def _lists_in(value: object) -> Iterator[list[dict[str, object]]]:
    for inner in value.values() if isinstance(value, Mapping) else ():
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield inner
        else:
            yield from _lists_in(inner)


def _xml(content: bytes, most: int, _encoding: str | None, _delimiter: str | None) -> Sample:
    # No entity and no document type: a sample comes from anywhere.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type")
    elements = [element for element in root if isinstance(element.tag, str)]
    common = Counter(element.tag for element in elements).most_common(1)
    taken = [element for element in elements if element.tag == common[0][0]][:most] if common else []
    records = (SourceRecord(f"ligne {element.sourceline}", values_of(element)) for element in taken)
    return Sample("xml", tuple(records))
