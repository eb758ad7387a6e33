"""An Auth. Provider as its metadata file writes it, with the lengths the platform holds it to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

_LENGTHS = {
    "friendlyName": 32,
    "consumerKey": 256,
    "consumerSecret": 100,
    "defaultScopes": 256,
    "authorizeUrl": 1024,
    "tokenUrl": 1024,
    "userInfoUrl": 1024,
}
_REQUIRED = ("friendlyName", "consumerKey", "consumerSecret", "authorizeUrl", "tokenUrl", "userInfoUrl")
_SUFFIX_LENGTH = 32


@dataclass(frozen=True, slots=True)
class AuthProvider:
    """One `authproviders/<suffix>.authprovider` file; the members bear the names of its elements.

    `statusApiUrl` is no element of it: it stands for the named credential the portal's component calls.
    """

    suffix: str
    friendlyName: str  # noqa: N815 - the element's own name
    consumerKey: str  # noqa: N815 - the same
    consumerSecret: str = field(repr=False)  # noqa: N815 - the same
    authorizeUrl: str  # noqa: N815 - the same
    tokenUrl: str  # noqa: N815 - the same
    userInfoUrl: str  # noqa: N815 - the same
    defaultScopes: str = "openid"  # noqa: N815 - the same
    idTokenIssuer: str = ""  # noqa: N815 - the same
    sendAccessTokenInHeader: bool = False  # noqa: N815 - the same
    sendClientCredentialsInHeader: bool = False  # noqa: N815 - the same
    isPkceEnabled: bool = False  # noqa: N815 - the same
    logoutUrl: str = ""  # noqa: N815 - the same
    statusApiUrl: str = ""  # noqa: N815 - the same

    @classmethod
    def read(cls, suffix: str, given: Mapping[str, object]) -> AuthProvider:
        """Give the provider. Raises: ValueError saying what the platform would not deploy."""
        known = {each.name: each.type for each in fields(cls) if each.name != "suffix"}
        if unknown := given.keys() - known.keys():
            raise ValueError(f"unknown element: {', '.join(sorted(unknown))}")
        if missing := [name for name in _REQUIRED if not given.get(name)]:
            raise ValueError(f"Required field is missing: {', '.join(missing)}")
        if len(suffix) > _SUFFIX_LENGTH:
            raise ValueError("URL Suffix: data value too large")
        if faults := [fault for name, value in given.items() if (fault := _fault(name, value, known[name]))]:
            raise ValueError("; ".join(faults))
        return cls(suffix, **given)  # type: ignore[arg-type]  # each was checked against its field just above


def _fault(name: str, value: object, kind: object) -> str:
    """Say what is wrong with the value of an element; nothing when it is right."""
    if not isinstance(value, bool if kind == "bool" else str):
        return f"{name}: not a valid value for the type {kind}"
    longest = _LENGTHS.get(name, 1500)
    too_long = isinstance(value, str) and len(value) > longest
    return f"{name}: data value too large (max length={longest})" if too_long else ""
