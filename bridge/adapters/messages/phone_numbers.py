"""Telephone numbers as people type them, made into the one form a gateway takes."""

from __future__ import annotations

from collections.abc import Iterable

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_HOME = "FR"
_TAKES_SMS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def mobile_number(typed: Iterable[str]) -> str | None:
    """Give the first mobile number in E.164, `+33612345678`; a number without country is French."""
    return next((number for text in typed if (number := _e164(text))), None)


def _e164(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text[:40], _HOME)
    except NumberParseException:
        return None
    takes_sms = phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in _TAKES_SMS
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if takes_sms else None
