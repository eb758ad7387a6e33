"""Compares two lists of given names, of which a register may hold the first, the usual one, or all."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.evidence import FieldComparison
from bridge.domain.identity import beginnings, given_name_keys
from bridge.domain.reasons import found
from bridge.domain.spelling import is_slip, seen

Keys = tuple[str, ...]


def given_names(certified: Sequence[str], known: Sequence[str]) -> FieldComparison:
    """How the given names on the Contact compare with the certified list."""
    ours, theirs = given_name_keys(certified), given_name_keys(known)
    if not ours or not theirs:
        return found("given_names.unknown")
    if ours == theirs:
        return found("given_names.equal")
    return found(_agreement(ours, theirs) or _slip(ours, theirs) or _difference(ours, theirs))


def _agreement(ours: Keys, theirs: Keys) -> str | None:
    """The reason why two lists can be one person's all the same, the strongest first."""
    short, long = sorted((ours, theirs), key=len)
    reasons = {
        "given_names.shorter_list": short in beginnings(long),
        "given_names.shared_first_name": short == long[: len(short)],
        "given_names.compound": _is_beginning(theirs, ours) or _is_beginning(ours, theirs),
        "given_names.subset": short[0] == long[0] and _in_order(short, long),
        "given_names.usual_name": len(short) == 1 and short[0] in long,
        "given_names.initial": theirs[0] == ours[0][0] and _in_order(theirs[1:], ours),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _slip(ours: Keys, theirs: Keys) -> str | None:
    short, long = sorted((ours, theirs), key=len)
    if set(short) <= set(long):
        return "given_names.reordered"
    if ours[0] != theirs[0] and (ours[0] in theirs[0].split() or theirs[0] in ours[0].split()):
        return "given_names.part_of_compound"
    if tuple(map(seen, theirs)) == tuple(ours[: len(theirs)]):
        return "given_names.look_alike"
    rest = all(one == other for one, other in zip(ours[1:], theirs[1:], strict=False))
    return "given_names.slip" if rest and is_slip(ours[0], theirs[0]) else None


def _difference(ours: Keys, theirs: Keys) -> str:
    return "given_names.some_differ" if set(ours) & set(theirs) else "given_names.different"


def _is_beginning(part: Keys, whole: Keys) -> bool:
    """Whether the letters of one list are those of the first names of the other: Jean-Pierre, Jeanpierre."""
    letters = "".join(part).replace(" ", "")
    return any(letters == "".join(whole[:n]).replace(" ", "") for n in range(1, len(whole) + 1))


def _in_order(part: Keys, whole: Keys) -> bool:
    """Whether every name of the part stands in the whole, in the same order."""
    rest = iter(whole)
    return all(name in rest for name in part)
