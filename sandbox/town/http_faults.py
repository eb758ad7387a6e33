"""Faults of the systems that speak over HTTP, each off by default."""

from __future__ import annotations

from collections.abc import Mapping

# name: (value when off, what it does)
HTTP_FAULTS: Mapping[str, tuple[int, str]] = {
    "open311_token_hours": (0, "a request younger than N hours has a token and no number yet"),
    "publik_429": (0, "the next N calls are throttled for one second"),
    "publik_500_offset": (0, "HTTP 500 on lists that begin at offset N or later"),
    "publik_page_cap": (0, "lists hold at most N entries, whatever is asked for"),
    "publik_err": (0, "the next N calls answer err 1 inside HTTP 200"),
    "hubee_no_patch": (0, "the network refuses PATCH with 405"),
    "hubee_case_500": (0, "the next N readings of a case fail with 500"),
    "hubee_delete_500": (0, "the next N deletions of a notification fail with 500"),
    "hubee_expire_tokens": (0, "the next N calls find their token expired"),
    "platau_429": (0, "the next N calls are throttled for one second"),
    "platau_500": (0, "the next N calls fail with 500"),
    "openads_500": (0, "the next N calls fail with 500"),
    "atal_fault": (0, "the next N calls answer a fault of the server"),
    "atal_doctype": (0, "answers begin with a DOCTYPE and an entity"),
}
