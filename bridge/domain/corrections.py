"""Tells whether two certified identities may be one person whose civil status was corrected in between.

FranceConnect gives a new `sub` after a correction, and says nothing of the old one.
"""

from __future__ import annotations

from bridge.domain.identity import PivotIdentity, comparison_key, given_name_keys


def one_correction_apart(certified: PivotIdentity, held: PivotIdentity) -> bool:
    """Whether at most one of birth name, given names, birth date and birthplace differs, and all are known.

    Gender says nothing here: it is corrected together with a given name. Twins of whom one is linked are
    apart by their given names alone, so an agent sees them once; losing somebody's requests would be worse.
    """
    if not (certified.is_complete and held.is_complete):
        return False
    differences = (
        comparison_key(certified.family_name or "") != comparison_key(held.family_name or ""),
        _other_given_names(certified, held),
        certified.birth_date != held.birth_date,
        (certified.birth_country, certified.birth_place) != (held.birth_country, held.birth_place),
    )
    return sum(differences) <= 1


def _other_given_names(one: PivotIdentity, other: PivotIdentity) -> bool:
    pairs = zip(given_name_keys(one.given_names), given_name_keys(other.given_names), strict=False)
    return any(left != right for left, right in pairs)
