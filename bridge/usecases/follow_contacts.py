"""Follows the org's Contacts: links and requests go with what agents merge, delete or bring back there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.errors import BudgetError, PermanentError, RemoteError
from bridge.usecases.follow_link import Fate, FollowLink
from bridge.usecases.ports import (
    NEVER,
    Bell,
    Clock,
    ContactChanges,
    ContactNews,
    ContactStanding,
    Store,
)

log = structlog.get_logger("bridge.links")

EVERY = timedelta(minutes=5)
_MOST_NOTICES = 300
_PAGE = 3_000
_MOST_MERGES = 10
_MOST_UNSEEN = 20


@dataclass(frozen=True, slots=True)
class FollowSummary:
    """What one look found, in links; `error_code` tells why it was not finished."""

    looked_at: int = 0
    moved: int = 0
    gone: int = 0
    back: int = 0
    doubtful: int = 0
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class FollowContacts:
    """One look at the org. Safe to repeat, and to run twice at once: each link is settled on its own.

    Two calls when nothing happened, every five minutes; one more for 300 Contacts that have to be looked at.
    """

    store: Store
    changes: ContactChanges
    clock: Clock
    bell: Bell

    def is_due(self) -> bool:
        """Tell whether it is time to look, or somebody said that a Contact changed."""
        with self.store.read() as tx:
            mark, noticed = tx.contact_log.mark(), tx.contact_log.noticed(1)
        return bool(noticed) or mark is None or mark.due_at <= self.clock.now()

    def __call__(self, *, at_once: bool = False) -> FollowSummary:
        """Look at what is due, or at everything that may have changed when `at_once`.

        An org that cannot answer is asked again later; nothing is forgotten meanwhile.
        """
        fates: Counter[Fate] = Counter()
        try:
            self._follow(fates, at_once=at_once)
        except RemoteError as error:
            now = self.clock.now()
            again = error.resume_at if isinstance(error, BudgetError) else now + EVERY
            with self.store.begin() as tx:
                tx.contact_log.failed(now, again)
            log.warning("contacts not followed", code=error.code)
            return _summary(fates, error.code)
        return _summary(fates, None)

    def _follow(self, fates: Counter[Fate], *, at_once: bool) -> None:
        now = self.clock.now()
        with self.store.read() as tx:
            mark, noticed = tx.contact_log.mark(), tx.contact_log.noticed(_MOST_NOTICES)
            gone = {link.contact_id for link in tx.link_moves.gone()}
        is_time = at_once or mark is None or mark.due_at <= now
        if mark and mark.failing_since and not is_time:
            return  # the org is away: what was noticed waits too
        news = self.changes.since(mark.covered_until if mark else NEVER, now) if is_time else None
        named = self._with_losers(noticed) if noticed else set()
        self._look(named.union(gone, news.gone) if news else named, fates)
        if news and not news.is_whole:
            self._look_at_all(fates)
        self._settle(news, noticed, now)

    def _with_losers(self, contact_ids: Collection[str]) -> set[str]:
        """Give these Contacts and those merged into them: of a merge the org names the survivor alone."""
        named, newest = set(contact_ids), set(contact_ids)
        for _ in range(_MOST_MERGES):
            newest = set(self.changes.merged_into(newest)) - named
            if not newest:
                break
            named |= newest
        return named

    def _settle(self, news: ContactNews | None, noticed: Collection[str], now: datetime) -> None:
        with self.store.begin() as tx:
            tx.contact_log.looked_at(noticed, now)
            if news:
                tx.contact_log.covered(news.covered_until, now + EVERY)

    def _look_at_all(self, fates: Counter[Fate]) -> None:
        """The org's log begins after we last looked: ask where every linked Contact stands."""
        log.info("contacts looked at anew", reason="the org's log begins later than our last look")
        after = ""
        while True:
            with self.store.read() as tx:
                page = tx.link_moves.linked_contacts(after, _PAGE)
            if not page:
                return
            self._look(set(page), fates)
            after = page[-1]

    def _look(self, contact_ids: Collection[str], fates: Counter[Fate]) -> None:
        """Settle each of our links to these Contacts by where they stand now, whatever was said of them."""
        with self.store.read() as tx:
            links = tx.links.by_contact(contact_ids)
        if not links:
            return
        standing = self._standing(links)
        _refuse_blindness(links, standing)
        follow = FollowLink(self.store, self.changes, self.clock)
        for contact_id, link in sorted(links.items()):
            fates[follow(link, standing.get(contact_id), standing)] += 1
        if fates[Fate.MOVED] or fates[Fate.GONE] or fates[Fate.BACK]:
            self.bell.ring("push")

    def _standing(self, contact_ids: Collection[str]) -> dict[str, ContactStanding]:
        """Give where these stand, and whoever took their place, merge after merge."""
        known: dict[str, ContactStanding] = {}
        wanted = set(contact_ids)
        for _ in range(_MOST_MERGES):
            known |= self.changes.standing(wanted)
            wanted = {each.survivor_id for each in known.values() if each.survivor_id} - known.keys()
            if not wanted:
                break
        return known


def _refuse_blindness(links: Collection[str], standing: Collection[str]) -> None:
    """Stop when most linked Contacts are out of sight: a right was taken away, not a town deleted.

    Raises: PermanentError `contacts.out_of_sight`.
    """
    unseen = len(set(links) - set(standing))
    if unseen > max(_MOST_UNSEEN, len(links) // 2):
        raise PermanentError(
            "the org does not show us most of the linked Contacts",
            system="salesforce",
            code="contacts.out_of_sight",
        )


def _summary(fates: Counter[Fate], error_code: str | None) -> FollowSummary:
    return FollowSummary(
        looked_at=fates.total(),
        moved=fates[Fate.MOVED],
        gone=fates[Fate.GONE],
        back=fates[Fate.BACK],
        doubtful=fates[Fate.DOUBTFUL],
        error_code=error_code,
    )
