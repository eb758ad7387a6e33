"""Finds whose a case is: hashes that a case and a link share when the certain rule holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy import case as sql_case

from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import case_person_keys, case_refusals, identity_links, link_person_keys
from bridge.domain.contact import IdentityLink

# Built once: finding out how two tables join takes longer than asking about one case.
_OWNERS = (
    select(
        link_person_keys.c.key_hash,
        identity_links.c.id,
        sql_case((identity_links.c.contact_gone_at.is_(None), identity_links.c.contact_id)),
    )
    .join_from(link_person_keys, identity_links)
    .where(identity_links.c.undone_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Owner:
    """An active link a key leads to, and its Contact unless that is gone."""

    link_id: str
    contact_id: str | None

    @classmethod
    def of(cls, link: IdentityLink) -> Owner:
        """Give the owner a link makes."""
        return cls(link.id, None if link.contact_gone_at else link.contact_id)


def owners_by_key(connection: Connection, keys: Collection[str]) -> dict[str, set[Owner]]:
    """Give the active links that bear each key; keys of nobody are left out."""
    found: defaultdict[str, set[Owner]] = defaultdict(set)
    for piece in in_pieces(keys):
        query = _OWNERS.where(link_person_keys.c.key_hash.in_(piece))
        for key, link_id, contact_id in connection.execute(query):
            found[key].add(Owner(link_id, contact_id))
    return dict(found)


def keys_of_cases(connection: Connection, case_ids: Collection[str]) -> dict[str, set[str]]:
    """Give the keys stored for each case; cases without any are left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for piece in in_pieces(case_ids):
        query = select(case_person_keys).where(case_person_keys.c.case_id.in_(piece))
        for case_id, key in connection.execute(query):
            found[case_id].add(key)
    return dict(found)


def sole_owner(keys: Collection[str], owners: dict[str, set[Owner]]) -> Owner | None:
    """Give the one owner all keys lead to, or None when there are none or several."""
    found = set().union(*(owners.get(key, set()) for key in keys))
    return found.pop() if len(found) == 1 else None


def refusals_of(connection: Connection, case_ids: Collection[str]) -> set[tuple[str, str]]:
    """Give the pairs of a case and an active link whose person gave it back: no rule joins them again."""
    found: set[tuple[str, str]] = set()
    for piece in in_pieces(case_ids):
        query = (
            select(case_refusals.c.case_id, identity_links.c.id)
            .join_from(case_refusals, identity_links, case_refusals.c.person_id == identity_links.c.person_id)
            .where(case_refusals.c.case_id.in_(piece), identity_links.c.undone_at.is_(None))
        )
        found.update((case_id, link_id) for case_id, link_id in connection.execute(query))
    return found


def names_somebody_else(connection: Connection, case_id: str, link_id: str) -> bool:
    """Whether a case states a whole civil status, and not the one of this link."""
    stated = keys_of_cases(connection, [case_id]).get(case_id, set())
    owners = owners_by_key(connection, stated)
    return bool(stated) and link_id not in {owner.link_id for each in owners.values() for owner in each}
