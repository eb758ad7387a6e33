"""Cases, their timelines, and whose they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from bridge.adapters.store.audit import note_owners
from bridge.adapters.store.case_history import add_past
from bridge.adapters.store.case_reading import bearing, cases_of, narrowed, owned_by
from bridge.adapters.store.case_rows import event_of
from bridge.adapters.store.case_saving import save_cases
from bridge.adapters.store.locks import change_links, keep_links
from bridge.adapters.store.person_keys import (
    Owner,
    keys_of_cases,
    names_somebody_else,
    owners_by_key,
    refusals_of,
)
from bridge.adapters.store.pushes import open_pushes
from bridge.adapters.store.reported import count_reported, flag_absent, reported_pages
from bridge.adapters.store.rowsets import in_pieces, insert_into
from bridge.adapters.store.tables import case_events, case_person_keys, case_refusals, cases
from bridge.adapters.store.timelines import untold_entries
from bridge.domain.case import Case, CaseContent, CaseEvent, CaseKey
from bridge.domain.contact import AttachMethod, IdentityLink
from bridge.domain.status import OUTCOMES_BY_PHASE
from bridge.domain.synchronisation import CallLane
from bridge.usecases.ports import CaseChange, CaseFilter

_FINAL = tuple(map(str, OUTCOMES_BY_PHASE))


class SqlCases:
    """The `Cases` port.

    `changed_at` moves with what the citizen reads (content, no longer reported), not when a case finds
    its citizen; `version` moves with everything Salesforce must learn.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fingerprints(self, source: str, ids: Collection[str]) -> dict[str, bytes]:
        """Give the stored fingerprint of each known id; an empty one for a case no longer reported."""
        found: dict[str, bytes] = {}
        for piece in in_pieces(ids):
            query = select(cases.c.source_case_id, cases.c.fingerprint)
            query = query.where(cases.c.source == source, cases.c.source_case_id.in_(piece))
            found.update(self._connection.execute(query).all())
        return found

    def existing(self, keys: Collection[CaseKey]) -> dict[CaseKey, Case]:
        """Give the stored cases under these keys, locked against other writers."""
        keep_links(self._connection)
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for key in keys:
            ids[key.source].add(key.source_case_id)
        found: dict[CaseKey, Case] = {}
        for source in sorted(ids):
            for piece in in_pieces(ids[source]):
                query = select(cases).where(cases.c.source == source, cases.c.source_case_id.in_(piece))
                locked = query.order_by(cases.c.id).with_for_update(key_share=True)
                found |= {case.content.key: case for case in cases_of(self._connection, locked)}
        return found

    def save(
        self,
        changes: Sequence[CaseChange],
        existing: Mapping[CaseKey, Case],
        now: datetime,
        lane: CallLane = CallLane.SCHEDULED,
    ) -> None:
        """Write cases, their open pushes, and an event each when status or note changed; link by person keys.

        `existing` is what `existing()` gave for these changes in the same transaction.
        """
        keep_links(self._connection)
        save_cases(self._connection, changes, existing, now, lane)

    def add_past(self, content: CaseContent, now: datetime, lane: CallLane) -> bool:
        """Enter what an older record says into a case's timeline; False when it is there, or unknown."""
        held = self.existing([content.key]).get(content.key)
        if held is None or not add_past(self._connection, held, self.events(held.id), content, now):
            return False
        open_pushes(self._connection, [held.id], now, lane)
        return True

    def reported_prints(self, source: str) -> Iterator[Sequence[tuple[str, bytes]]]:
        """Give id and fingerprint of the source's cases that are still reported, in pages by id."""
        return reported_pages(self._connection, source)

    def mark_unreported(
        self, source: str, reported: Container[str], now: datetime, lane: CallLane = CallLane.SCHEDULED
    ) -> int:
        """Flag the source's cases absent from a complete picture; give how many were flagged now."""
        return flag_absent(self._connection, source, reported, now, lane)

    def reported_count(self, source: str) -> int:
        """Give how many cases of the source are not flagged as no longer reported."""
        return count_reported(self._connection, source)

    def open_ids(self, source: str, after: str, final_since: datetime, limit: int) -> tuple[str, ...]:
        """Give a page of the source's numbers whose cases are not final, or last changed since, in order."""
        query = select(cases.c.source_case_id).where(
            cases.c.source == source,
            cases.c.source_case_id > after,
            or_(cases.c.phase.not_in(_FINAL), cases.c.changed_at >= final_since),
            cases.c.no_longer_reported_at.is_(None),
        )
        page = query.order_by(cases.c.source_case_id).limit(limit)
        return tuple(self._connection.execute(page).scalars())

    def final_ids(self, source: str, ids: Collection[str]) -> set[str]:
        """Give which of these numbers are of cases that are final."""
        found: set[str] = set()
        for piece in in_pieces(ids):
            query = select(cases.c.source_case_id).where(cases.c.source == source, cases.c.phase.in_(_FINAL))
            found.update(self._connection.execute(query.where(cases.c.source_case_id.in_(piece))).scalars())
        return found

    def attach_by_person_keys(self, link: IdentityLink, keys: Collection[str], now: datetime) -> int:
        """Attach the cases that share a key with this link and no other; give how many cases it moved.

        A case that turns out to fit two citizens is taken off the one who had it: it is nobody's until an
        agent decides. One its citizen gave back does not come to them again.
        """
        ours = Owner.of(link)
        holders = self._bearing(keys)
        stored = keys_of_cases(self._connection, holders)
        owners = owners_by_key(self._connection, set().union(*stored.values()))
        fitting = {
            case_id: set().union(*(owners.get(key, set()) for key in stored.get(case_id, ())))
            for case_id in holders
        }
        refused = refusals_of(self._connection, [i for i, held_by in holders.items() if held_by is None])
        certain = [
            i
            for i, held_by in holders.items()
            if held_by is None and fitting[i] <= {ours} and (i, link.id) not in refused
        ]
        doubtful = [i for i, held_by in holders.items() if held_by and len(fitting[i]) > 1]
        self._hand_over(certain, ours, now)
        self._hand_over(doubtful, None, now)
        return len(certain) + len(doubtful)

    def names_somebody_else(self, case_id: str, link_id: str) -> bool:
        """Whether the case states a whole civil status, and not this person's."""
        return names_somebody_else(self._connection, case_id, link_id)

    def attach(self, case_id: str, link: IdentityLink, how: AttachMethod, now: datetime) -> None:
        """Give the case to this citizen, whoever had it, and forget that they gave it back once."""
        mine = (case_refusals.c.case_id == case_id, case_refusals.c.person_id == link.person_id)
        self._connection.execute(delete(case_refusals).where(*mine))
        self._hand_over([case_id], Owner.of(link), now, how)

    def give_back(self, case_id: str, link: IdentityLink, now: datetime) -> None:
        """Take the case off this citizen, who says that it is not theirs; no rule gives it to them again."""
        row = {"case_id": case_id, "person_id": link.person_id, "refused_at": now}
        insert = insert_into(self._connection, case_refusals).values(row)
        self._connection.execute(insert.on_conflict_do_nothing())
        self._hand_over([case_id], None, now)

    def readdress(self, link: IdentityLink, now: datetime) -> int:
        """Send a citizen's cases to the link's Contact, or to none while it is gone; give how many."""
        ids = self._of_link(link.id)
        moved = update(cases).values(contact_id=Owner.of(link).contact_id, version=cases.c.version + 1)
        for piece in in_pieces(ids):
            self._connection.execute(moved.where(cases.c.id.in_(piece)))
        open_pushes(self._connection, ids, now, CallLane.CITIZEN)
        return len(ids)

    def leave(self, link_id: str, now: datetime, *, author: str) -> int:
        """Take every case off a link: they are nobody's, in the org too; give how many."""
        change_links(self._connection)
        mine = self._of_link(link_id)
        self._hand_over(mine, None, now, author=author)
        return len(mine)

    def _of_link(self, link_id: str) -> list[str]:
        """Give the ids of a link's cases, locked against other writers."""
        query = select(cases.c.id).where(cases.c.link_id == link_id).order_by(cases.c.id)
        return list(self._connection.execute(query.with_for_update(key_share=True)).scalars())

    def _hand_over(
        self,
        case_ids: Collection[str],
        owner: Owner | None,
        now: datetime,
        how: AttachMethod = AttachMethod.PERSON_KEYS,
        author: str = "rule",
    ) -> None:
        move = update(cases).values(
            link_id=owner.link_id if owner else None,
            contact_id=owner.contact_id if owner else None,
            contact_withdrawn=owner is None,
            attached_at=now if owner else None,
            attached_how=how if owner else None,
            version=cases.c.version + 1,
        )
        for piece in in_pieces(case_ids):
            self._connection.execute(move.where(cases.c.id.in_(piece)))
        open_pushes(self._connection, case_ids, now, CallLane.CITIZEN)
        note_owners(self._connection, dict.fromkeys(case_ids, owner), now, author)

    def of_citizen(self, link_id: str, wanted: CaseFilter) -> tuple[Case, ...]:
        """Give the citizen's cases, latest change first."""
        return cases_of(self._connection, narrowed(owned_by(link_id), wanted))

    def one_of_citizen(self, link_id: str, case_id: str) -> Case | None:
        """Give the case if it is this citizen's; someone else's and no case at all are one answer."""
        found = cases_of(self._connection, owned_by(link_id).where(cases.c.id == case_id))
        return found[0] if found else None

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """Give the timeline, oldest first."""
        query = select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.version)
        return tuple(map(event_of, self._connection.execute(query).mappings()))

    def untold(self, case_ids: Collection[str]) -> dict[str, tuple[CaseEvent, ...]]:
        """Give the entries of these cases the org was not told of, oldest first."""
        return untold_entries(self._connection, case_ids)

    def by_reference(self, reference: str) -> tuple[Case, ...]:
        """Give the cases bearing this number, id or external id, latest change first (for agents)."""
        query = select(cases).where(bearing(reference))
        return cases_of(self._connection, query.order_by(cases.c.changed_at.desc(), cases.c.id.desc()))

    def by_ids(self, ids: Collection[str]) -> dict[str, Case]:
        """Give the cases under these ids."""
        found: dict[str, Case] = {}
        for piece in in_pieces(ids):
            query = select(cases).where(cases.c.id.in_(piece))
            found |= {case.id: case for case in cases_of(self._connection, query)}
        return found

    def _bearing(self, keys: Collection[str]) -> dict[str, str | None]:
        """Give the cases that bear one of these keys with the link that has them, locked against writers."""
        found: dict[str, str | None] = {}
        for piece in in_pieces(keys):
            bearers = select(case_person_keys.c.case_id).where(case_person_keys.c.key_hash.in_(piece))
            query = select(cases.c.id, cases.c.link_id).where(cases.c.id.in_(bearers))
            locked = query.order_by(cases.c.id).with_for_update(key_share=True)
            found.update(self._connection.execute(locked).all())
        return found
