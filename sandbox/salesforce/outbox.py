"""Outbound messages: tells a listener which records changed, and again until it acknowledges.

Source: Salesforce, SOAP API, outbound messages: up to 100 notifications a message, read when sent, repeated
without order and at growing intervals, given up after 24 hours.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import requests

from sandbox.salesforce.ids import make_id
from sandbox.salesforce.outbound_envelope import Notification, envelope, is_acknowledged
from sandbox.salesforce.storage import SqlValue, Storage

MOST = 100
_LONGEST_WAIT_S = 7_200.0
_KEPT_S = 86_400.0
_TIMEOUT_S = 60.0
# How soon a clock that a test moved on is noticed.
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Rule:
    """After each save of an object: the fields to tell an endpoint of.

    `first_retry_s` is the wait after a first failure. `organization_id` claims to be another org;
    `twice` sends each message a second time though the first was acknowledged; `newest_first` turns the
    order round; `most` notifications go into one message. `client_certificate`: a file with the certificate
    and key the org shows.
    """

    sobject: str
    endpoint: str
    fields: tuple[str, ...] = ("Id",)
    first_retry_s: float = 30.0
    organization_id: str | None = None
    twice: bool = False
    newest_first: bool = False
    most: int = MOST
    client_certificate: str | None = None


@dataclass(slots=True)
class _Waiting:
    id: str
    rule: Rule
    record_id: str
    since: float
    due: float
    attempts: int = 0


@dataclass(slots=True)
class _State:
    rules: list[Rule] = field(default_factory=list)
    fresh: deque[_Waiting] = field(default_factory=deque)
    failed: list[_Waiting] = field(default_factory=list)
    in_flight: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    is_running: bool = False

    @property
    def waiting(self) -> int:
        """How many notifications are not settled."""
        return len(self.fresh) + len(self.failed) + self.in_flight


class Outbox:
    """The queue and its one thread, which begins with the first message and ends when the queue is empty."""

    def __init__(
        self, storage: Storage, organization_id: str, base_url: str, clock: Callable[[], datetime]
    ) -> None:
        self._clock = clock
        self._began = clock(), time.monotonic()
        self._storage = storage
        self._organization_id = organization_id
        self._base_url = base_url
        self._numbers = itertools.count(1)
        self._moved = threading.Condition()
        self._state = _State()

    def add_rule(self, rule: Rule) -> None:
        """Send messages by this rule from now on."""
        with self._moved:
            self._state.rules.append(rule)

    def changed(self, sobject: str, record_id: str) -> None:
        """Queue a notification for each rule of the object; called once the change is committed."""
        if not self._state.rules:
            return
        with self._moved:
            for rule in self._state.rules:
                if rule.sobject == sobject:
                    now = self._now()
                    number = next(self._numbers)
                    self._state.fresh.append(_Waiting(make_id("04l", number), rule, record_id, now, now))
            if self._state.waiting and not self._state.is_running:
                self._state.is_running = True
                threading.Thread(target=self._run, args=(self._state,), daemon=True).start()
            self._moved.notify_all()

    def clear(self) -> None:
        """Forget rules, queue and counts; a message on its way is not called back."""
        with self._moved:
            self._state = _State()
            self._began = self._clock(), time.monotonic()
            self._moved.notify_all()

    def snapshot(self) -> dict[str, int]:
        """Give how many notifications wait, and how many were acknowledged, refused and given up."""
        with self._moved:
            counts = self._state.counts
            told = {name: counts[name] for name in ("acknowledged", "refused", "given_up")}
            return {"waiting": self._state.waiting, **told}

    def _run(self, state: _State) -> None:
        while True:
            with self._moved:
                if self._state is not state or not state.waiting:
                    state.is_running = False
                    return
                batch = _next_batch(state, self._now())
                if not batch:
                    self._moved.wait(_LOOK_S)
                    continue
            self._settle(state, batch, acknowledged=self._sent(batch))

    def _settle(self, state: _State, batch: Sequence[_Waiting], *, acknowledged: bool) -> None:
        with self._moved:
            now = self._now()
            state.in_flight = 0
            for each in batch:
                expired = now - each.since > _KEPT_S
                if not acknowledged and not expired:
                    state.failed.append(each)
                    each.due = now + min(each.rule.first_retry_s * 2**each.attempts, _LONGEST_WAIT_S)
                    each.attempts += 1
                outcome = "acknowledged" if acknowledged else "given_up" if expired else "refused"
                state.counts[outcome] += 1

    def _now(self) -> float:
        """Seconds since the beginning, as passed or as the org's clock was moved on."""
        begun, passed = self._began
        return max((self._clock() - begun).total_seconds(), time.monotonic() - passed)

    def _sent(self, batch: Sequence[_Waiting]) -> bool:
        rule = batch[0].rule
        told = [Notification(each.id, rule.sobject, self._values(each)) for each in batch]
        body = envelope(rule.organization_id or self._organization_id, self._base_url, told)
        answers = [_posted(rule, body) for _ in range(2 if rule.twice else 1)]
        return all(answers)

    def _values(self, each: _Waiting) -> dict[str, SqlValue]:
        """Give the fields as they are now; nothing for a record deleted meanwhile."""
        sobject = self._storage.schema.find(each.rule.sobject)
        names = [found.name for name in each.rule.fields if sobject and (found := sobject.find(name))]
        columns = ", ".join(f'"{name}"' for name in names)
        sql = f'SELECT {columns} FROM "{each.rule.sobject}" WHERE "Id" = ? AND "IsDeleted" = 0'  # noqa: S608 - names from the schema
        row = self._storage.connection().execute(sql, (each.record_id,)).fetchone()
        return dict(zip(names, row, strict=True)) if row else {}


def _next_batch(state: _State, now: float) -> list[_Waiting]:
    """Take notifications of one rule whose time has come, those that failed before the others."""
    due = [each for each in state.failed if each.due <= now]
    queue = due or state.fresh
    rule = queue[0].rule if queue else None
    if rule is None:
        return []
    together = [each for each in queue if each.rule is rule]
    together.sort(key=lambda each: each.id, reverse=rule.newest_first)
    batch = together[: min(rule.most, MOST)]
    state.in_flight = len(batch)
    taken = {each.id for each in batch}
    if due:
        state.failed = [each for each in state.failed if each.id not in taken]
    else:
        state.fresh = deque(each for each in state.fresh if each.id not in taken)
    return batch


def _posted(rule: Rule, body: bytes) -> bool:
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
    try:
        answer = requests.post(
            rule.endpoint, data=body, headers=headers, timeout=_TIMEOUT_S, cert=rule.client_certificate
        )
    except requests.RequestException:
        return False
    return answer.status_code == 200 and is_acknowledged(answer.content)
