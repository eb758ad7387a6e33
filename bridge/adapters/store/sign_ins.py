"""Sign-ins under way and sessions; what a browser holds is stored as a hash only."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, or_, select, update

from bridge.adapters.store.crowding import refuse_a_crowd
from bridge.adapters.store.ids import hash_of
from bridge.adapters.store.tables import identity_links, sessions, sign_ins
from bridge.usecases.ports import Session, SignInStart, Vault

TRANSACTION_LIFE = timedelta(minutes=10)
SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=8)
# A write for each request would cost more than the precision is worth.
SEEN_EVERY = timedelta(minutes=1)
PURPOSE = "session"


class SqlSignIns:
    """The `SignIns` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def start(self, state: str, browser: str, start: SignInStart, now: datetime) -> None:
        """Store a transaction bound to a browser, for ten minutes.

        Raises: TooManyRequestsError `login.too_many` when one address starts more than a front desk would;
        TransientError `login.busy` when more start at once than citizens ever would.
        """
        refuse_a_crowd(self._connection, sign_ins, start.origin_hash, now)
        row = {
            "state_hash": hash_of(state),
            "browser_hash": hash_of(browser),
            "door": start.door,
            "nonce": start.nonce,
            "sealed_verifier": self._vault.seal(PURPOSE, start.verifier) if start.verifier else None,
            "next_path": start.next_path,
            "origin_hash": start.origin_hash,
            "started_at": now,
        }
        self._connection.execute(insert(sign_ins).values(row))

    def take(self, state: str, browser: str, now: datetime, *, doors: Collection[str]) -> SignInStart | None:
        """Use a transaction of one of these doors up, once; None when unknown, used, too old or another's."""
        this = sign_ins.c.state_hash == hash_of(state)
        use = update(sign_ins).where(
            this,
            sign_ins.c.browser_hash == hash_of(browser),
            sign_ins.c.door.in_(sorted(doors)),
            sign_ins.c.used_at.is_(None),
            sign_ins.c.started_at > now - TRANSACTION_LIFE,
        )
        if self._connection.execute(use.values(used_at=now)).rowcount != 1:
            return None
        row = self._connection.execute(select(sign_ins).where(this)).mappings().one()
        sealed = row["sealed_verifier"]
        verifier = self._vault.open(PURPOSE, sealed) if sealed else None
        return SignInStart(row["door"], row["nonce"], row["next_path"], verifier)

    def open_session(self, session: Session, token: str, sealed_id_token: str, now: datetime) -> None:
        """Store a session under the hash of its token."""
        row = {
            "token_hash": hash_of(token),
            "id": session.id,
            "link_id": session.link_id,
            "subject_hash": session.subject_hash,
            "door": session.door,
            "sealed_display_name": self._vault.seal(
                PURPOSE, json.dumps([session.display_name, session.given_name, session.family_name])
            ),
            "sealed_id_token": sealed_id_token,
            "acr": session.acr,
            "signed_in_at": session.signed_in_at,
            "last_seen_at": now,
        }
        self._connection.execute(insert(sessions).values(row))

    def session(self, token: str, now: datetime) -> Session | None:
        """Give a live session: 30 minutes idle and 8 hours at most, and its link not undone."""
        row = self._live(token, now)
        if row is None:
            return None
        if now - row["last_seen_at"] >= SEEN_EVERY:
            this = sessions.c.token_hash == hash_of(token)
            self._connection.execute(update(sessions).where(this).values(last_seen_at=now))
        return self._session_of(row)

    def recent_session(self, token: str, now: datetime) -> Session | None:
        """Give a live session whose use was noted within the last minute, so that nothing is written."""
        row = self._live(token, now)
        if row is None or now - row["last_seen_at"] >= SEEN_EVERY:
            return None
        return self._session_of(row)

    def link_sessions(self, subject_hash: str, link_id: str) -> int:
        """Give a person's waiting sessions the link they waited for; give how many."""
        waiting = sessions.c.link_id.is_(None)
        statement = update(sessions).where(sessions.c.subject_hash == subject_hash, waiting)
        return self._connection.execute(statement.values(link_id=link_id)).rowcount

    def end_sessions_of(self, link_id: str) -> int:
        """End every session of a link; give how many."""
        return self._connection.execute(delete(sessions).where(sessions.c.link_id == link_id)).rowcount

    def end_session(self, token: str, now: datetime) -> str | None:
        """End a session; give its sealed id token, once, and only while the session was live."""
        this = sessions.c.token_hash == hash_of(token)
        live = self._connection.execute(select(sessions.c.sealed_id_token).where(this, ~_over(now))).scalar()
        ended = self._connection.execute(delete(sessions).where(this)).rowcount
        return live if ended else None

    def prune(self, now: datetime) -> int:
        """Delete transactions and sessions that are over; give how many."""
        spent = or_(sign_ins.c.used_at.is_not(None), sign_ins.c.started_at <= now - TRANSACTION_LIFE)
        transactions = self._connection.execute(delete(sign_ins).where(spent)).rowcount
        return transactions + self._connection.execute(delete(sessions).where(_over(now))).rowcount

    def _live(self, token: str, now: datetime) -> RowMapping | None:
        this = sessions.c.token_hash == hash_of(token)
        query = select(sessions).where(this, ~_over(now), _rightful())
        return self._connection.execute(query).mappings().first()

    def _session_of(self, row: RowMapping) -> Session:
        shown, given, family = json.loads(self._vault.open(PURPOSE, row["sealed_display_name"]))
        return Session(
            id=row["id"],
            link_id=row["link_id"],
            subject_hash=row["subject_hash"],
            door=row["door"],
            display_name=shown,
            acr=row["acr"],
            signed_in_at=row["signed_in_at"],
            given_name=given,
            family_name=family,
        )


def _over(now: datetime) -> ColumnElement[bool]:
    idle = sessions.c.last_seen_at <= now - SESSION_IDLE
    return or_(idle, sessions.c.signed_in_at <= now - SESSION_LIFE)


def _rightful() -> ColumnElement[bool]:
    """Give the condition of a session that waits for a review or whose link still stands."""
    link = identity_links.c
    standing = select(link.id).where(link.id == sessions.c.link_id, link.undone_at.is_(None)).exists()
    return or_(sessions.c.link_id.is_(None), standing)
