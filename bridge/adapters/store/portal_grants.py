"""What clients of our provider were granted; codes and refresh tokens work once, whoever comes first."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from bridge.adapters.store.ids import hash_of
from bridge.adapters.store.portal_ends import delete_grants, delete_what_is_over
from bridge.adapters.store.tables import identity_links, portal_codes, portal_grants, portal_refresh_tokens
from bridge.domain.portal import CODE_LIFE, Grant, LiveGrant, Person
from bridge.usecases.ports import CodeTerms, Presented, TokenState, Vault

PURPOSE = "portal-profile"


class SqlPortalGrants:
    """The `PortalGrants` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(self, grant: Grant, code: str, terms: CodeTerms) -> None:
        """Store a grant and its code."""
        row = {
            "id": grant.id,
            "client_id": grant.client_id,
            "link_id": grant.link_id,
            "session_id": grant.session_id,
            "scopes": list(grant.scopes),
            "acr": grant.acr,
            "authenticated_at": grant.authenticated_at,
            "sealed_profile": self._vault.seal(PURPOSE, json.dumps(grant.profile)),
            "created_at": grant.created_at,
            "expires_at": grant.expires_at,
        }
        self._connection.execute(insert(portal_grants).values(row))
        code_row = {
            "code_hash": hash_of(code),
            "grant_id": grant.id,
            "redirect_uri": terms.redirect_uri,
            "nonce": terms.nonce,
            "code_challenge": terms.code_challenge,
            "issued_at": grant.created_at,
        }
        self._connection.execute(insert(portal_codes).values(code_row))

    def take_code(self, code: str, now: datetime) -> Presented:
        """Use a code up: of any number at once, one gets TAKEN."""
        this = portal_codes.c.code_hash == hash_of(code)
        use = update(portal_codes).where(this, portal_codes.c.used_at.is_(None)).values(used_at=now)
        was_first = self._connection.execute(use).rowcount == 1
        row = self._connection.execute(select(portal_codes).where(this)).mappings().first()
        if row is None:
            return Presented(TokenState.UNKNOWN)
        terms = CodeTerms(row["redirect_uri"], row["nonce"], row["code_challenge"])
        in_time = row["issued_at"] > now - CODE_LIFE
        return self._presented(row["grant_id"], now, was_first=was_first, in_time=in_time, terms=terms)

    def add_refresh_token(self, grant: Grant, token: str, now: datetime) -> None:
        """Store a refresh token of a grant; it ends with the grant."""
        row = {"grant_id": grant.id, "issued_at": now, "expires_at": grant.expires_at}
        self._connection.execute(insert(portal_refresh_tokens).values(token_hash=hash_of(token), **row))

    def take_refresh_token(self, token: str, now: datetime) -> Presented:
        """Use a refresh token up: of any number at once, one gets TAKEN."""
        this = portal_refresh_tokens.c.token_hash == hash_of(token)
        unused = portal_refresh_tokens.c.used_at.is_(None)
        use = update(portal_refresh_tokens).where(this, unused).values(used_at=now)
        was_first = self._connection.execute(use).rowcount == 1
        row = self._connection.execute(select(portal_refresh_tokens).where(this)).mappings().first()
        if row is None:
            return Presented(TokenState.UNKNOWN)
        in_time = row["expires_at"] > now
        return self._presented(row["grant_id"], now, was_first=was_first, in_time=in_time, terms=None)

    def of_refresh_token(self, token: str) -> Grant | None:
        """Give the grant of a refresh token, used or not."""
        this = portal_refresh_tokens.c.token_hash == hash_of(token)
        query = select(portal_refresh_tokens.c.grant_id).where(this)
        grant_id = self._connection.execute(query).scalar()
        return self._grant(grant_id) if grant_id else None

    def live(self, grant_id: str, now: datetime) -> LiveGrant | None:
        """Give a grant that stands: not over, not revoked, its link not undone."""
        link = identity_links.c
        query = select(portal_grants, link.person_id, link.contact_id, link.subject_hash)
        query = query.join_from(portal_grants, identity_links, link.id == portal_grants.c.link_id)
        stands = (
            portal_grants.c.id == grant_id,
            portal_grants.c.revoked_at.is_(None),
            portal_grants.c.expires_at > now,
            link.undone_at.is_(None),
        )
        row = self._connection.execute(query.where(*stands)).mappings().first()
        if row is None:
            return None
        person = Person(row["person_id"], row["contact_id"], row["subject_hash"])
        return LiveGrant(self._grant_of(row), person)

    def revoke(self, grant_id: str, why: str, now: datetime) -> bool:
        """Revoke a grant and all it carries; False when that was done before."""
        return self._revoke(portal_grants.c.id == grant_id, why, now) == 1

    def revoke_of_session(self, session_id: str, why: str, now: datetime) -> int:
        """Revoke what a session opened; give how many grants."""
        return self._revoke(portal_grants.c.session_id == session_id, why, now)

    def move_to_session(self, old_session_id: str, session_id: str) -> None:
        """Have what a session opened end with the one that took its place."""
        statement = update(portal_grants).where(portal_grants.c.session_id == old_session_id)
        self._connection.execute(statement.values(session_id=session_id))

    def revoke_of_link(self, link_id: str, why: str, now: datetime) -> int:
        """Revoke what was opened to anybody about this link; give how many grants."""
        return self._revoke(portal_grants.c.link_id == link_id, why, now)

    def erase_of_link(self, link_id: str) -> int:
        """Delete what was opened to anybody about this link, before the link itself; give how many grants."""
        return delete_grants(self._connection, portal_grants.c.link_id == link_id)

    def prune(self, now: datetime) -> int:
        """Delete requests, codes, tokens, grants, failures and keys that are over; give how many."""
        return delete_what_is_over(self._connection, now)

    def _presented(
        self, grant_id: str, now: datetime, *, was_first: bool, in_time: bool, terms: CodeTerms | None
    ) -> Presented:
        grant = self._grant(grant_id)
        if not was_first:
            return Presented(TokenState.REUSED, grant)
        live = self.live(grant_id, now) if in_time else None
        return Presented(TokenState.TAKEN if live else TokenState.OVER, grant, live, terms)

    def _revoke(self, which: ColumnElement[bool], why: str, now: datetime) -> int:
        standing = update(portal_grants).where(which, portal_grants.c.revoked_at.is_(None))
        return self._connection.execute(standing.values(revoked_at=now, revoked_because=why)).rowcount

    def _grant(self, grant_id: str) -> Grant:
        query = select(portal_grants).where(portal_grants.c.id == grant_id)
        return self._grant_of(self._connection.execute(query).mappings().one())

    def _grant_of(self, row: RowMapping) -> Grant:
        return Grant(
            id=row["id"],
            client_id=row["client_id"],
            link_id=row["link_id"],
            session_id=row["session_id"],
            scopes=tuple(row["scopes"]),
            acr=row["acr"],
            authenticated_at=row["authenticated_at"],
            profile=json.loads(self._vault.open(PURPOSE, row["sealed_profile"])),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
        )
