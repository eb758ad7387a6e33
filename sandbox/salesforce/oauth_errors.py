"""Refusals of the token endpoint."""

from __future__ import annotations


class OAuthError(Exception):
    """`error` and `error_description` of a 400."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
