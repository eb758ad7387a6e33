"""A small source file the tests spoil in one place, and rows of the packaged sources."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from bridge.domain.case import CaseContent, CaseKey
from bridge.domain.status import CaseStatus
from bridge.usecases.translate_record import VOCABULARY
from mappings.loader import load_source, load_sources
from mappings.model import MappedRecord, SourceMapping
from mappings.records import map_record

TODAY = date(2016, 1, 15)

SMALL = """\
source: small
version: 3
title: {fr: Petite, en: Small}
service: {fr: Le service, en: The service}
sector: test
timezone: Europe/Paris
every_minutes: 60
absence: unknown
minimum_share: 0.8
transport: {kind: csv_drop, directory: env:DROP}
internal: [SECRET]
record:
  id: ID
  title: {field: TITLE, if_empty: Sans objet}
  procedure: {field: TYPE, table: {A: proc-a, B: proc-b}}
  received: {field: RECEIVED, date: french_date}
  person:
    family_name: NAME
    birth_date: {field: BORN, date: french_partial_date}
    gender: {field: SEX, table: {M: male, F: female}}
status:
  code: CODE
  since: {field: SINCE, date: iso_datetime}
  words:
    OPEN: {phase: in_progress, waiting_for: town}
    DONE: {phase: closed, outcome: done, waiting_for: nobody}
"""
ROW = {
    "ID": "1",
    "TITLE": "Objet",
    "TYPE": "A",
    "RECEIVED": "02/01/2016",
    "NAME": "DUBOIS",
    "BORN": "24/08/1962",
    "SEX": "F",
    "CODE": "OPEN",
    "SINCE": "2016-01-03 10:00",
}


def written(directory: Path, text: str, name: str = "small.yaml") -> Path:
    """Give a file with this text."""
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def small(directory: Path, old: str = "", new: str = "") -> SourceMapping:
    """Give the small mapping, with one piece of its text replaced."""
    assert old in SMALL
    return load_source(written(directory, SMALL.replace(old, new, 1) if old else SMALL), VOCABULARY)


@cache
def packaged_sources() -> dict[str, SourceMapping]:
    """Give the four sources that ship."""
    return load_sources(None, VOCABULARY)


def mapped(source: str, values: dict[str, object]) -> MappedRecord:
    """Give a record of a packaged source, read in January 2016."""
    return map_record(packaged_sources()[source], values, "ligne 2", today=TODAY)


def held(status: CaseStatus) -> CaseContent:
    """Give the content of a case that has this status already."""
    return CaseContent(CaseKey("any", "1"), "procedure", "title", status, references=(), received=None)
