"""Follows the org's Cases: what agents change there is theirs, a conflict to tell, or a stop for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.domain.case import CaseKey
from bridge.domain.org_case import HeldCase, OrgCase
from bridge.errors import BudgetError, RemoteError
from bridge.usecases.ports import (
    Bell,
    CaseChanges,
    CaseMark,
    Clock,
    ContactChanges,
    Store,
)
from bridge.usecases.settle_org_case import Fate, SettleOrgCase

log = structlog.get_logger("bridge.cases")

EVERY = timedelta(minutes=5)
OVERLAP = timedelta(minutes=10)
"""How far a new walk begins behind the last: a long save of the org commits under the time it began."""
FIRST_LOOK = timedelta(hours=1)
_MOST_NOTICES = 600
_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class CasesSummary:
    """What one look found, in Cases; `error_code` tells why it was not finished."""

    looked_at: int = 0
    rewritten: int = 0
    left: int = 0
    held: int = 0
    released: int = 0
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class FollowCases:
    """One look at the org. Safe to repeat: each change is noted once, whoever tells it and how often.

    One call when nobody but us changed a Case, every five minutes; one more for 2,000 changed Cases, and
    one for 300 that an outbound message named.
    """

    store: Store
    changes: CaseChanges
    contacts: ContactChanges
    clock: Clock
    bell: Bell

    def is_due(self) -> bool:
        """Tell whether it is time to look, or somebody said that a Case changed."""
        with self.store.read() as tx:
            state, noticed = tx.case_feed.state(), tx.case_feed.noticed(1)
        return bool(noticed) or state is None or state.due_at <= self.clock.now()

    def __call__(self, *, at_once: bool = False) -> CasesSummary:
        """Look at what is due, or at everything that may have changed when `at_once`.

        An org that cannot answer is asked again later, from where we were.
        """
        fates: Counter[Fate] = Counter()
        try:
            self._follow(fates, at_once=at_once)
        except RemoteError as error:
            now = self.clock.now()
            again = error.resume_at if isinstance(error, BudgetError) else now + EVERY
            with self.store.begin() as tx:
                tx.case_feed.failed(now, again)
            log.warning("cases not followed", code=error.code)
            return _summary(fates, error.code)
        finally:
            if fates[Fate.REWRITTEN] or fates[Fate.RELEASED]:
                self.bell.ring("push")
        return _summary(fates, None)

    def _follow(self, fates: Counter[Fate], *, at_once: bool) -> None:
        now = self.clock.now()
        with self.store.read() as tx:
            state, noticed = tx.case_feed.state(), tx.case_feed.noticed(_MOST_NOTICES)
        is_time = at_once or state is None or state.due_at <= now
        if state and state.failing_since and not is_time:
            return  # the org is away: what was noticed waits too
        if noticed:
            self._settle(list(self.changes.standing(noticed).values()), fates)
            with self.store.begin() as tx:
                tx.case_feed.looked_at(noticed, now)
        if is_time:
            self._walk(_begins(state.mark if state else None, now), fates, now)

    def _walk(self, mark: CaseMark, fates: Counter[Fate], now: datetime) -> None:
        """Go through what changed since, page by page; each page is kept before the next is asked for."""
        for _ in range(_MOST_PAGES):
            news = self.changes.since(mark)
            self._settle(news.cases, fates)
            following, due_at = news.following, now
            if following is None:
                following, due_at = CaseMark(now), now + EVERY
            with self.store.begin() as tx:
                tx.case_feed.covered(following, due_at)
            if news.following is None:
                return
            mark = following

    def _settle(self, found: Sequence[OrgCase], fates: Counter[Fate]) -> None:
        """Settle each Case that is one of ours; another's is not our business."""
        if not found:
            return
        pairs = self._ours(found)
        standing = self.contacts.standing(_doubted_contacts(pairs))
        settle = SettleOrgCase(self.store, self.changes, self.clock, standing)
        for held, case in pairs:
            fates[settle(held, case)] += 1

    def _ours(self, found: Sequence[OrgCase]) -> list[tuple[HeldCase, OrgCase]]:
        """Give the Cases with ours: by the id they went into, else by the key they bear."""
        keys = {key for case in found if case.external_id and (key := _key(case.external_id))}
        with self.store.read() as tx:
            by_id = tx.in_org.by_ids({case.salesforce_id for case in found})
            by_key = tx.in_org.by_keys(keys)
        held = ((by_id.get(case.salesforce_id) or by_key.get(case.external_id or ""), case) for case in found)
        return [(ours, case) for ours, case in held if ours]


def _begins(mark: CaseMark | None, now: datetime) -> CaseMark:
    """Give where to begin: an unfinished walk goes on where it was, a finished one a while before its end."""
    if mark is None:
        return CaseMark(now - FIRST_LOOK)
    return mark if mark.after_id else CaseMark(mark.covered_until - OVERLAP)


def _key(external_id: str) -> CaseKey | None:
    source, colon, source_case_id = external_id.partition(":")
    return CaseKey(source, source_case_id) if colon else None


def _doubted_contacts(pairs: Collection[tuple[HeldCase, OrgCase]]) -> set[str]:
    """Give our Contacts of the Cases that bear another one: has ours been merged or deleted meanwhile?"""
    return {
        held.case.contact_id
        for held, case in pairs
        if held.case.contact_id and case.contact_id != held.case.contact_id and not case.is_deleted
    }


def _summary(fates: Counter[Fate], error_code: str | None) -> CasesSummary:
    return CasesSummary(
        looked_at=fates.total(),
        rewritten=fates[Fate.REWRITTEN],
        left=fates[Fate.LEFT],
        held=fates[Fate.HELD],
        released=fates[Fate.RELEASED],
        error_code=error_code,
    )
