"""Keyed hashes and encryption: what lets the database be stolen without naming anybody."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.adapters.row_seals import Row, open_row, seal_rows
from bridge.domain.agent import comparable_login
from bridge.domain.communes import Communes, packaged
from bridge.domain.identity import Gender, PivotIdentity, beginnings, comparison_key, given_name_keys
from bridge.errors import ConfigurationError

_NO_HASH = "0" * 64
_NO_KEY = "BRIDGE_ENCRYPTION_KEYS: no key opens what was sealed earlier; put the old key back, last"


def derived_key(secret: bytes, purpose: str) -> bytes:
    """Give 32 bytes for one purpose, so that no key serves two."""
    return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(secret)


@dataclass(frozen=True, slots=True, repr=False)
class KeyedPseudonyms:
    """HMAC-SHA256 under versioned keys, newest first; a hash reads `v2:<hex>`."""

    keys: Mapping[str, bytes]
    communes: Communes = field(default_factory=packaged)
    """Makes two codes of one commune one, as the certain rule does."""

    def subject(self, issuer: str, subject: str) -> str:
        """Give the hash of a FranceConnect `sub`, under the newest key."""
        return self.subjects(issuer, subject)[0]

    def subjects(self, issuer: str, subject: str) -> tuple[str, ...]:
        """Give the hashes under every key still known, newest first."""
        return tuple(self._hash(version, "subject", (issuer, subject)) for version in self.keys)

    def logins(self, login: str) -> tuple[str, ...]:
        """Give the hashes of an agent's e-mail, however it is capitalised, newest key first."""
        return tuple(self._hash(version, "login", (comparable_login(login),)) for version in self.keys)

    def pivot(self, identity: PivotIdentity) -> str:
        """Give the hash of the six normalised fields, under the newest key."""
        return self.pivots(identity)[0]

    def pivots(self, identity: PivotIdentity) -> tuple[str, ...]:
        """Give the hashes of the six normalised fields under every key still known, newest first."""
        fields = (*self._civil_status(identity), identity.gender or "", *_given(identity))
        return tuple(self._hash(version, "pivot", fields) for version in self.keys)

    def case_keys(self, identity: PivotIdentity) -> frozenset[str]:
        """Give the keys of the person a case names; empty when a field is missing."""
        if not identity.is_complete or identity.gender is None:
            return frozenset()
        whole, beginnings = _lists(identity)
        parts = [("longer", whole), *(("shorter", names) for names in beginnings)]
        # Under every key: a link bears the newest only once its citizen has signed in again.
        return frozenset(
            self._person(version, identity, identity.gender, part) for version in self.keys for part in parts
        )

    def link_keys(self, identity: PivotIdentity) -> frozenset[str]:
        """Give the keys of a certified person: names that begin the other list, gender not contradicted."""
        if not identity.is_complete or identity.gender is None:
            return frozenset()
        whole, beginnings = _lists(identity)
        parts = [("shorter", whole), *(("longer", names) for names in beginnings)]
        genders = Gender if identity.gender is Gender.UNSPECIFIED else (identity.gender, Gender.UNSPECIFIED)
        return frozenset(
            self._person(version, identity, gender, part)
            for version in self.keys
            for gender in genders
            for part in parts
        )

    def secret(self, purpose: str, *parts: str) -> str:
        """Give the hash of a secret under the newest key; `parts` tie it to what it opens."""
        return self._hash(self._newest, f"secret:{purpose}", parts)

    def is_secret(self, kept: str | None, purpose: str, *parts: str) -> bool:
        """Whether this is the secret behind a hash, in a time that tells nothing; not when none was kept."""
        version = (kept or "").partition(":")[0]
        known = version if version in self.keys else self._newest
        right = self._hash(known, f"secret:{purpose}", parts)
        return hmac.compare_digest(right, kept or f"{known}:{_NO_HASH}") and kept is not None

    @property
    def _newest(self) -> str:
        return next(iter(self.keys))

    def _person(
        self, version: str, identity: PivotIdentity, gender: Gender, part: tuple[str, tuple[str, ...]]
    ) -> str:
        role, names = part
        return self._hash(version, "person", (*self._civil_status(identity), gender, role, *names))

    def _civil_status(self, identity: PivotIdentity) -> tuple[str, ...]:
        place = identity.birth_place if identity.born_in_france else None
        born = identity.birth_date
        return (
            comparison_key(identity.family_name or ""),
            f"{born.text}/{born.precision}" if born else "",
            identity.birth_country or "",
            self.communes.canonical(place or ""),
        )

    def _hash(self, version: str, purpose: str, fields: Iterable[str]) -> str:
        message = "\x1f".join((purpose, *fields)).encode()
        return f"{version}:{hmac.new(self.keys[version], message, hashlib.sha256).hexdigest()}"


def _given(identity: PivotIdentity) -> tuple[str, ...]:
    return given_name_keys(identity.given_names)


def _lists(identity: PivotIdentity) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The whole list of given names, and every list that may stand for it, itself included."""
    whole = _given(identity)
    return whole, beginnings(whole)


class FernetVault:
    """AES-CBC with HMAC under keys derived per purpose; the first key encrypts, all decrypt."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = tuple(keys)

    def seal(self, purpose: str, text: str) -> str:
        """Give the encrypted form."""
        return self._box(purpose).encrypt(text.encode()).decode()

    def open(self, purpose: str, sealed: str) -> str:
        """Give the text back. Raises: ConfigurationError when no known key fits."""
        try:
            return self._box(purpose).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ConfigurationError(_NO_KEY) from error

    def seal_rows(self, purpose: str, rows: Sequence[Row]) -> list[bytes]:
        """Give one AES-GCM seal a row, bound to its place; the key is derived once for all of them."""
        return seal_rows(self._row_keys(purpose)[0], rows)

    def open_rows(self, purpose: str, rows: Sequence[tuple[str, bytes]]) -> list[str]:
        """Give the texts back. Raises: ConfigurationError when no known key fits."""
        keys = self._row_keys(purpose)
        texts = [open_row(keys, place, sealed) for place, sealed in rows]
        if None in texts:
            raise ConfigurationError(_NO_KEY)
        return [text for text in texts if text is not None]

    def _row_keys(self, purpose: str) -> list[bytes]:
        return [derived_key(key, f"vault-rows:{purpose}") for key in self._keys]

    def _box(self, purpose: str) -> MultiFernet:
        return MultiFernet(
            [Fernet(base64.urlsafe_b64encode(derived_key(key, f"vault:{purpose}"))) for key in self._keys]
        )
