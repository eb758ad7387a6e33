"""The daily budget of API calls, and the header that tells it."""

from __future__ import annotations

import threading

from sandbox.salesforce.errors import SalesforceError

DEFAULT_MAX = 100_000
_BATCHES = 15_000


class Limits:
    """Counts calls; the window does not roll by itself, a test sets the figures."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.maximum = DEFAULT_MAX
        self.used = 0
        self.batches = 0
        self.more_segments = False

    def spend(self) -> None:
        """Count one call.

        Raises: SalesforceError `REQUEST_LIMIT_EXCEEDED` when the budget is used up.
        """
        with self._lock:
            if self.used >= self.maximum:
                raise SalesforceError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
            self.used += 1

    def check_batches(self) -> None:
        """Raises: SalesforceError `EXCEEDEDQUOTA` when no batch is left for another job."""
        if self.batches >= _BATCHES:
            raise SalesforceError("EXCEEDEDQUOTA", "ApiBatchItems Limit exceeded.")

    def spend_batch(self) -> None:
        """Count one batch of a bulk job."""
        with self._lock:
            self.batches += 1

    def set(self, *, maximum: int | None = None, used: int | None = None) -> None:
        """Change the budget or what is used of it."""
        with self._lock:
            self.maximum = self.maximum if maximum is None else maximum
            self.used = self.used if used is None else used

    def restore(self) -> None:
        """The budget of the first day, none of it used."""
        self.batches = 0
        self.set(maximum=DEFAULT_MAX, used=0)

    def header(self) -> str:
        """The value of `Sforce-Limit-Info`."""
        usage = f"api-usage={self.used}/{self.maximum}"
        if not self.more_segments:
            return usage
        return f"{usage}; api-bursts=1/750; per-app-api-usage={self.used}/{self.maximum}(appName=bridge)"

    def resource(self) -> dict[str, dict[str, int]]:
        """The answer of the limits resource."""

        def entry(maximum: int, remaining: int | None = None) -> dict[str, int]:
            return {"Max": maximum, "Remaining": maximum if remaining is None else remaining}

        return {
            "DailyApiRequests": entry(self.maximum, max(0, self.maximum - self.used)),
            "DailyBulkApiBatches": entry(_BATCHES, max(0, _BATCHES - self.batches)),
            "DailyBulkV2QueryJobs": entry(10_000),
            "DailyBulkV2QueryFileStorageMB": entry(976_562),
            "DataStorageMB": entry(10_240),
            "FileStorageMB": entry(10_240),
            "SingleEmail": entry(5_000),
        }
