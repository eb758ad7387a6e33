"""Compares the certified birth name with the name a Contact bears."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bridge.domain.evidence import FieldComparison
from bridge.domain.identity import comparison_key
from bridge.domain.reasons import found
from bridge.domain.spelling import is_slip, seen

_PARTICLES = frozenset({"D", "DE", "DES", "DU", "L", "LA", "LE", "LES"})
_SHORTEST_PART = 3


def birth_name(
    certified: str | None, usage: str | None, known: str | None, also_named: Collection[str] = ()
) -> FieldComparison:
    """How the name on the Contact compares with the birth name, or with the name in use.

    `also_named`: other names on the Contact, none of them its birth name.
    """
    ours, theirs = comparison_key(certified or ""), comparison_key(known or "")
    if not ours or not theirs:
        return found("birth_name.unknown")
    if ours == theirs:
        return found("birth_name.equal")
    used = comparison_key(usage or "")
    return found(
        _agreement(ours, used, theirs)
        or _slip(ours, used, theirs, {comparison_key(name) for name in also_named})
        or "birth_name.different"
    )


def _agreement(ours: str, used: str, theirs: str) -> str | None:
    """The reason why two texts are one person's name all the same."""
    one, other = ours.split(), theirs.split()
    reasons = {
        "birth_name.usage_name": theirs == used,
        "birth_name.spacing": _squeezed(ours) == _squeezed(theirs),
        "birth_name.particle": _core(one) == _core(other) != [],
        "birth_name.with_usage_name": bool(used) and theirs in {f"{ours} {used}", f"{used} {ours}"},
        "birth_name.double_reversed": _is_rotated(one, other),
        "birth_name.part_of_double": _is_part(one, other) or _is_part(other, one),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _slip(ours: str, used: str, theirs: str, also_named: Collection[str]) -> str | None:
    if ours in also_named:
        return "birth_name.other_name"
    if seen(theirs) in {ours, used}:
        return "birth_name.look_alike"
    if any(name and is_slip(_squeezed(name), _squeezed(theirs)) for name in (ours, used)):
        return "birth_name.slip"
    return None


def _squeezed(key: str) -> str:
    return key.replace(" ", "")


def _core(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _PARTICLES]


def _is_rotated(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the names of two parents stand in the other order."""
    turns = ([*one[cut:], *one[:cut]] for cut in range(1, len(one)))
    return len(one) == len(other) and any(turn == list(other) for turn in turns)


def _is_part(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether a whole word or more, particles aside, begins or ends a longer name."""
    short, long = _core(part), _core(whole)
    if not short or len(short) >= len(long) or len("".join(short)) < _SHORTEST_PART:
        return False
    return short in (long[: len(short)], long[-len(short) :])
