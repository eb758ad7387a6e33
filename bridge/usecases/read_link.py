"""Finds links for an agent: by Contact, or by the number of a request; each finding leaves a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.agent import Agent
from bridge.domain.case import Case
from bridge.errors import UnknownCaseError
from bridge.usecases.ports import CaseFilter, Clock, LinkStory, Store, Transaction
from bridge.usecases.watch_reading import note_reading

_CONTACT_ID = re.compile(r"003[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")
_MOST_CASES = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives: links of a Contact, and requests with the link they are shown by."""

    links: tuple[LinkStory, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A link, what went before and after it, and the requests shown by it within the agent's sectors."""

    story: LinkStory
    others: tuple[LinkStory, ...]
    cases: tuple[Case, ...]
    hidden_cases: int


@dataclass(frozen=True, slots=True)
class ReadLink:
    """No search by name: whoever looks for a person starts from a Contact or a letter."""

    store: Store
    clock: Clock

    def search(self, agent: Agent, wanted: str) -> Found:
        """Give what a Contact id or the number of a request leads to, within the agent's sectors.

        Raises: ForbiddenError after too many people.
        """
        wanted, now = wanted.strip(), self.clock.now()
        with self.store.begin() as tx:
            links = _of_contact(tx, wanted) if _CONTACT_ID.fullmatch(wanted) else ()
            cases = tx.cases.by_reference(wanted) if wanted and not links else ()
            seen = tuple(case for case in cases if agent.may_see(case.content.key.source))[:_MOST_CASES]
            found = [*(story.link.id for story in links), *(case.id for case in seen)]
            note_reading(tx, agent, "agent.searched", found, now)
        return Found(links, seen)

    def history(self, agent: Agent, link_id: str) -> LinkPage:
        """Give a link with its history. Raises: UnknownCaseError, ForbiddenError after too many people."""
        now = self.clock.now()
        with self.store.begin() as tx:
            story = tx.link_history.story(link_id)
            if story is None:
                raise UnknownCaseError("no such link", code="link.unknown")
            note_reading(tx, agent, "link.history", [story.link.id], now)
            return _page(tx, agent, story)


def _of_contact(tx: Transaction, contact_id: str) -> tuple[LinkStory, ...]:
    """Give the links of a Contact, and of the one that took its place when it was merged away."""
    own, surviving = tx.link_history.of_contact(contact_id), tx.contact_log.surviving(contact_id)
    return own if surviving == contact_id else (*own, *tx.link_history.of_contact(surviving))


def _page(tx: Transaction, agent: Agent, story: LinkStory) -> LinkPage:
    same_contact = tx.link_history.of_contact(story.link.contact_id)
    same_subject = tx.link_history.of_subject(story.link.subject_hash)
    others = {other.link.id: other for other in (*same_contact, *same_subject)}
    others.pop(story.link.id, None)
    cases = tx.cases.of_citizen(story.link.id, CaseFilter(limit=_MOST_CASES))
    seen = tuple(case for case in cases if agent.may_see(case.content.key.source))
    return LinkPage(
        story, tuple(sorted(others.values(), key=_when, reverse=True)), seen, len(cases) - len(seen)
    )


def _when(story: LinkStory) -> datetime:
    return story.link.linked_at
