"""The recycle bin: records in it are marked, so only what is known of it as a whole is kept here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class RecycleBin:
    """When it was last emptied, and with it the log of deletions; None for never."""

    emptied_at: datetime | None = None
