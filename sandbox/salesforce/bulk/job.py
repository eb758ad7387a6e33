"""One bulk job: what was asked, how far it is, and how it tells that."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

INGEST = "V2Ingest"
QUERY = "V2Query"
DELIMITERS = {"COMMA": ",", "TAB": "\t", "SEMICOLON": ";", "PIPE": "|", "CARET": "^", "BACKQUOTE": "`"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
FINAL = frozenset({"JobComplete", "Failed", "Aborted"})


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for; `delimiter` and `line_ending` are the names the API gives them."""

    kind: str
    operation: str
    sobject: str
    version: int
    delimiter: str = "COMMA"
    line_ending: str = "LF"
    external_id: str | None = None
    assignment_rule: str | None = None
    query: str | None = None

    @property
    def resource(self) -> str:
        """The last part of the path its jobs are under."""
        return "ingest" if self.kind == INGEST else "query"


@dataclass(slots=True)
class Job:
    """A job while it lives; `stamp` moves with every change of state."""

    id: str
    request: Request
    user_id: str
    created: str
    stamp: str
    folder: Path
    state: str = "Open"
    processed: int = 0
    failed: int = 0
    error: str | None = None
    uploaded: bool = False
    abort_wanted: bool = False
    began: float = 0.0
    took_ms: int = 0
    thread: threading.Thread | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def upload(self) -> Path:
        """The CSV as it was sent."""
        return self.folder / "upload.csv"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINAL

    def enter(self, state: str, stamp: str) -> None:
        """Be in that state from now on."""
        with self.lock:
            self.state, self.stamp = state, stamp
            if state == "InProgress":
                self.began = time.monotonic()
            elif state in FINAL and self.began:
                self.took_ms = max(1, round((time.monotonic() - self.began) * 1000))

    def stop(self) -> None:
        """Ask what runs to end, and wait for it."""
        self.abort_wanted = True
        if self.thread is not None:
            self.thread.join()

    def summary(self) -> dict[str, object]:
        """The answer to creating and to changing a job."""
        asked = self.request
        told: dict[str, object] = {
            "id": self.id,
            "operation": asked.operation,
            "object": asked.sobject,
            "createdById": self.user_id,
            "createdDate": self.created,
            "systemModstamp": self.stamp,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(asked.version),
        }
        if asked.kind == INGEST:
            told["contentUrl"] = f"services/data/v{asked.version}.0/jobs/ingest/{self.id}/batches"
        if asked.external_id:
            told["externalIdFieldName"] = asked.external_id
        if asked.assignment_rule:
            told["assignmentRuleId"] = asked.assignment_rule
        return {**told, "lineEnding": asked.line_ending, "columnDelimiter": asked.delimiter}

    def info(self) -> dict[str, object]:
        """The answer to asking how far it is."""
        told = {
            **self.summary(),
            "jobType": self.request.kind,
            "retries": 0,
            "totalProcessingTime": self.took_ms,
        }
        told["numberRecordsProcessed"] = self.processed
        if self.request.kind == INGEST:
            told["numberRecordsFailed"] = self.failed
            told.update(apiActiveProcessingTime=self.took_ms, apexProcessingTime=0)
        else:
            told["isPkChunkingSupported"] = True
        if self.error is not None:
            told["errorMessage"] = self.error
        return told
