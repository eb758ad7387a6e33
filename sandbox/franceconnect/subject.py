"""The pairwise identifier of a citizen in a group of services."""

from __future__ import annotations

import hashlib

from sandbox.franceconnect.civil_status import CivilStatus

# Fixed and public: the stand-in must give the same `sub` after a restart.
_SALT = "stand-in-franceconnect"


def foreign_subject_for(identifier: str, *, sector: str) -> str:
    """The same for a European citizen: from the identifier their State gives, not from civil status."""
    digest = hashlib.sha256("\x1f".join((sector, "eidas", identifier, _SALT)).encode()).hexdigest()
    return f"{digest}v1"


def subject_for(status: CivilStatus, *, sector: str) -> str:
    """64 hexadecimal digits and `v1`; another value as soon as one pivot field changes."""
    identity_hash = hashlib.sha256("\x1f".join(status.pivot()).encode()).hexdigest()
    digest = hashlib.sha256("\x1f".join((sector, identity_hash, _SALT)).encode()).hexdigest()
    return f"{digest}v1"
