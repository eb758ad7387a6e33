"""The citizens who can sign in: public test identities, refused ones, and corrections made by a test."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sandbox.franceconnect.failures import FAILURES
from sandbox.franceconnect.identity import Identity

PASSWORD = "123"  # noqa: S105 - the published password of the public test identities
CUSTOM_LOGIN = "identité personnalisée"
_TYPED = {
    "family_name",
    "preferred_username",
    "gender",
    "birthdate",
    "birthplace",
    "birthcountry",
    "email",
}
EDITABLE = tuple(field.name for field in fields(Identity) if field.name != "login")


@cache
def load(file_name: str) -> tuple[Identity, ...]:
    """The identities of one data file of this package, in its order."""
    text = files("sandbox.franceconnect").joinpath(file_name).read_text(encoding="utf-8")
    return tuple(identity_from(entry) for entry in yaml.safe_load(text))


def identity_from(entry: Mapping[str, Any]) -> Identity:
    """An identity from its fields, `given_names` being a list.

    Raises: ValueError for an unknown field or a wrong type.
    """
    return corrected(Identity(login=str(entry["login"])), {k: v for k, v in entry.items() if k != "login"})


def corrected(identity: Identity, changes: Mapping[str, Any]) -> Identity:
    """The same person with other values, as after a civil-status correction.

    Raises: ValueError for an unknown field or a wrong type.
    """
    texts = {name: value for name, value in changes.items() if name != "given_names"}
    given_names = changes.get("given_names", list(identity.given_names))
    if not texts.keys() <= set(EDITABLE) or not all(isinstance(value, str) for value in texts.values()):
        raise ValueError(f"fields must be strings among: {', '.join(EDITABLE)}")
    if not isinstance(given_names, list) or not all(isinstance(name, str) for name in given_names):
        raise ValueError("given_names must be a list of strings")
    if texts.get("refusal", "") not in {"", *FAILURES}:
        raise ValueError(f"refusal must be a code among: {', '.join(FAILURES)}")
    return replace(identity, given_names=tuple(given_names), **texts)


def typed_in(form: Mapping[str, str]) -> Identity:
    """The identity typed in the personal form; given names are separated by commas, else by spaces."""
    typed = {name: form.get(name, "").strip() for name in EDITABLE if name in _TYPED}
    names = form.get("given_name", "")
    parts = names.split(",") if "," in names else names.split()
    given_names = tuple(part.strip() for part in parts if part.strip())
    return Identity(login=CUSTOM_LOGIN, given_names=given_names, **typed)


class Directory:
    """Every identity by login, with the corrections made since the start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_login: dict[str, Identity] = {}
        self.reset()

    def reset(self) -> None:
        """Forget every correction."""
        files = ("identities.yaml", "helpers.yaml", "europeans.yaml", "refused.yaml")
        start = [identity for name in files for identity in load(name)]
        with self._lock:
            self._by_login = {each.login: each for each in start}

    def find(self, login: str) -> Identity | None:
        return self._by_login.get(login)

    def public(self) -> list[Identity]:
        """The public test identities as they now are, in the order of the table."""
        return [self._by_login[each.login] for each in load("identities.yaml")]

    def helped(self) -> list[Identity]:
        """Those who come through a professional helper."""
        return [self._by_login[each.login] for each in load("helpers.yaml")]

    def europeans(self) -> list[Identity]:
        """Those for whom another Member State vouches."""
        return [self._by_login[each.login] for each in load("europeans.yaml")]

    def refused(self) -> list[Identity]:
        """The logins that end on an error page."""
        return [self._by_login[each.login] for each in load("refused.yaml")]

    def correct(self, login: str, changes: Mapping[str, Any]) -> Identity:
        """Change some fields of a citizen, or add one; gives the new identity.

        Raises: ValueError for an unknown field or a wrong type.
        """
        with self._lock:
            identity = corrected(self._by_login.get(login) or Identity(login=login), changes)
            self._by_login[login] = identity
        return identity
