"""Ends a job at work, or holds it, where a test or an administrator wants it."""

from __future__ import annotations

import time

from sandbox.salesforce.bulk.job import Job
from sandbox.salesforce.faults import Faults

_POLL_S = 0.01


class Stops:
    """Asked before each batch whether to go on."""

    def __init__(self, faults: Faults, job: Job) -> None:
        self._faults = faults
        self._job = job

    def before_batch(self, done: int) -> str:
        """The final state to take now, or nothing to go on; `done` batches are committed."""
        while not self._job.abort_wanted and self._wants(done, "hold"):
            time.sleep(_POLL_S)
        if self._job.abort_wanted or self._wants(done, "abort"):
            return "Aborted"
        if self._wants(done, "fail"):
            self._job.error = "InternalServerError : The batch failed 20 times and is not tried again"
            return "Failed"
        return ""

    def _wants(self, done: int, what: str) -> bool:
        switches = self._faults.switches
        return switches.bulk_stop == what and done >= switches.bulk_stop_after
