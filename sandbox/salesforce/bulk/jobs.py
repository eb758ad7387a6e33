"""The jobs of the org, and the threads that work on them."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sandbox.salesforce.acting import act_as, acting_user
from sandbox.salesforce.bulk.job import Job, Request
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.faults import Faults
from sandbox.salesforce.ids import canonical_id, make_id
from sandbox.salesforce.records.coercion import format_datetime

_POLL_S = 0.01


class Jobs:
    """Keeps jobs with their files; each runs in a thread of its own once its data is complete."""

    def __init__(self, folder: Path, user_id: str, clock: Callable[[], datetime], faults: Faults) -> None:
        self._folder = folder
        self._user_id = user_id
        self._clock = clock
        self._faults = faults
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def add(self, request: Request) -> Job:
        """A new job, open."""
        job_id = make_id("750", next(self._numbers))
        stamp = self._stamp()
        folder = self._folder / job_id
        folder.mkdir()
        job = Job(job_id, request, acting_user(self._user_id), stamp, stamp, folder)
        with self._lock:
            self._jobs[job_id] = job
        return job

    def find(self, given: str, kind: str) -> Job:
        """The job of that id.

        Raises: SalesforceError `NOT_FOUND`.
        """
        with self._lock:
            job = self._jobs.get(canonical_id(given) or "")
        if job is None or job.request.kind != kind:
            raise not_found()
        return job

    def all(self, kind: str) -> list[Job]:
        """The jobs of a kind, the newest first."""
        with self._lock:
            return [job for job in reversed(self._jobs.values()) if job.request.kind == kind]

    def enter(self, job: Job, state: str) -> None:
        """Put a job into a state, now."""
        job.enter(state, self._stamp())

    def start(self, job: Job, work: Callable[[Job], None]) -> None:
        """The data is complete: work on it in the background."""
        self.enter(job, "UploadComplete")
        job.thread = threading.Thread(target=self._run, args=(job, work), daemon=True)
        job.thread.start()

    def abort(self, job: Job) -> None:
        """End a job; what it has already written stays."""
        job.stop()
        if not job.is_final:
            self.enter(job, "Aborted")

    def drop(self, job: Job) -> None:
        """Forget a job and its files.

        Raises: SalesforceError `INVALIDJOBSTATE` for one that is open or at work.
        """
        if job.state in {"Open", "InProgress"}:
            raise wrong_state(f"Deleting a job in state {job.state} is not allowed")
        job.stop()
        with self._lock:
            self._jobs.pop(job.id, None)
        shutil.rmtree(job.folder, ignore_errors=True)

    def clear(self) -> None:
        """Forget every job; those at work are ended first."""
        with self._lock:
            jobs, self._jobs = list(self._jobs.values()), {}
        for job in jobs:
            job.stop()
            shutil.rmtree(job.folder, ignore_errors=True)

    def _run(self, job: Job, work: Callable[[Job], None]) -> None:
        act_as(job.user_id)
        since = time.monotonic()
        while not job.abort_wanted and time.monotonic() - since < self._faults.switches.bulk_delay_s:
            time.sleep(_POLL_S)
        if not job.abort_wanted:
            self.enter(job, "InProgress")
        work(job)

    def _stamp(self) -> str:
        return format_datetime(self._clock().replace(microsecond=0))


def wrong_state(message: str) -> SalesforceError:
    """The refusal of a step a job cannot take now."""
    return SalesforceError("INVALIDJOBSTATE", message)
