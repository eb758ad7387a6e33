"""Faults a test switches on: the ways the real org, or the road to it, goes wrong."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.records.drafts import Draft

_LOCKED = "unable to obtain exclusive access to this record"
_CODE_TEXTS = {
    "UNABLE_TO_LOCK_ROW": _LOCKED,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "The record breaks a validation rule.",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "We can't save this record because a flow failed.",
}


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of `POST /sandbox/faults`; every one is off by default.

    `latency_s` and `status` strike logins too. `status` with `calls`: the next calls answer 503 (HTML page),
    500, 420, 406 or 429; `calls` -1 means all.
    `expire_tokens`: `once` ends all sessions now, `always` keeps answering 401. `login_error`: text of the
    `invalid_grant` every login gets. `soap_login_off`: the `login()` of SOAP is retired. `after_write`
    (`hold` for `hold_s`, or `drop`) and `before_write` (`drop`) act on the next `write_calls` writes, -1 on
    all. The `fail_first` records of each collection, or of each bulk batch, fail with `fail_code`.
    `parent_lock_s`: a Case whose Contact another call touched so recently cannot be locked.
    `integration_user_silent`: its profile sends no outbound messages. `deleted_keep_unique`: records in the
    bin hold on to their unique values. `replication_lag_s`: how far the logs of changes and deletions are
    behind.
    `bulk_delay_s`: how long a bulk job waits in UploadComplete. `bulk_stop` (`hold`, `fail`, or `abort` as an
    administrator does) acts on jobs at work once `bulk_stop_after` batches of `bulk_batch_size` rows are
    committed. `bulk_shuffle`: results come in another order than the upload, by `seed`.
    """

    latency_s: float = 0.0
    status: int = 0
    calls: int = 0
    expire_tokens: str = ""
    login_error: str = ""
    soap_login_off: bool = False
    daily_limit_max: int | None = None
    daily_limit_used: int | None = None
    limit_segments: bool = False
    lock_rate: float = 0.0
    seed: int = 0
    parent_lock_s: float = 0.0
    before_write: str = ""
    after_write: str = ""
    hold_s: float = 0.0
    write_calls: int = 0
    fail_first: int = 0
    fail_code: str = "UNABLE_TO_LOCK_ROW"
    deleted_keep_unique: bool = False
    integration_user_silent: bool = False
    replication_lag_s: float = 0.0
    bulk_delay_s: float = 0.0
    bulk_batch_size: int = 10_000
    bulk_shuffle: bool = False
    bulk_stop: str = ""
    bulk_stop_after: int = 0


class Faults:
    """The switches in force, and the memory they need."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(0)  # noqa: S311 - repeatable faults, nothing secret
        self._touched: dict[str, tuple[datetime, object]] = {}
        self.switches = Switches()

    def change(self, **values: Any) -> Switches:
        """Change the named switches, keep the others.

        Raises: ValueError for a name that is no switch or a value of the wrong kind.
        """
        known = {item.name: getattr(Switches(), item.name) for item in fields(Switches)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"no such switch: {name}")
            if not _fits(value, known[name]):
                raise ValueError(f"wrong kind of value for {name}")
        with self._lock:
            self.switches = replace(self.switches, **values)
            if "seed" in values or "lock_rate" in values:
                self._random = random.Random(self.switches.seed)  # noqa: S311 - as above
            return self.switches

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self.switches = Switches()
            self._touched.clear()

    def snapshot(self) -> dict[str, object]:
        """The switches in force, by name."""
        return asdict(self.switches)

    def take_status(self) -> int:
        """The status this call must fail with, 0 for none."""
        with self._lock:
            if not self.switches.status or not self.switches.calls:
                return 0
            if self.switches.calls > 0:
                self.switches = replace(self.switches, calls=self.switches.calls - 1)
            return self.switches.status

    def take_write_fault(self, moment: str) -> str:
        """What to do with this write `before` or `after` it: `drop`, `hold` or nothing."""
        with self._lock:
            wanted = self.switches.before_write if moment == "before" else self.switches.after_write
            if not wanted or not self.switches.write_calls:
                return ""
            if self.switches.write_calls > 0:
                self.switches = replace(self.switches, write_calls=self.switches.write_calls - 1)
            return wanted

    def refuse_first(self, drafts: Sequence[Draft]) -> None:
        """Refuse the first records of a collection with the chosen code."""
        code = self.switches.fail_code
        for item in drafts[: self.switches.fail_first]:
            item.error = SalesforceError(code, _CODE_TEXTS.get(code, "switched on"), fields=[])

    def lock_rows(self, drafts: Sequence[Draft], now: datetime, unit: object | None = None) -> None:
        """Refuse records at the chosen rate, and children of a parent another call has just written to.

        `unit` stands for the call or the bulk batch; writes of one never wait for each other.
        """
        if not self.switches.lock_rate and not self.switches.parent_lock_s:
            return
        call = unit or object()
        for item in drafts:
            if item.error is None and (self._unlucky() or self._parent_is_busy(item, call, now)):
                item.error = SalesforceError("UNABLE_TO_LOCK_ROW", _LOCKED, fields=[])

    def _unlucky(self) -> bool:
        if not self.switches.lock_rate:
            return False
        with self._lock:
            return self._random.random() < self.switches.lock_rate

    def _parent_is_busy(self, item: Draft, call: object, now: datetime) -> bool:
        parent = item.value("ContactId")
        if not self.switches.parent_lock_s or not isinstance(parent, str):
            return False
        since = now - timedelta(seconds=self.switches.parent_lock_s)
        with self._lock:
            self._touched = {key: seen for key, seen in self._touched.items() if seen[0] > since}
            seen = self._touched.get(parent)
            if seen is not None and seen[1] is not call:
                return True
            self._touched[parent] = (now, call)
        return False


def _fits(value: object, example: object) -> bool:
    if example is None or (isinstance(example, int) and not isinstance(example, bool)):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(example, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(example)
