"""How far apart two spellings are, counted in typing slips."""

from __future__ import annotations

_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԌԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABESIJKMHOPCTYXGWABEZHIKMNOPTYX",
)
"""Cyrillic and Greek capitals that an eye takes for Latin ones."""
_MOST_COMPARED = 100


def slips(one: str, other: str, most: int) -> int | None:
    """The least number of letters added, lost, changed or swapped with a neighbour; None above `most`.

    Time is bounded by `most` times the shorter text, and texts longer than any name are not compared.
    """
    if abs(len(one) - len(other)) > most or max(len(one), len(other)) > _MOST_COMPARED:
        return None
    far = most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i in range(1, len(one) + 1):
        line = [i, *([far] * len(other))]
        # Away from the diagonal there are more slips than count.
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            changed = int(one[i - 1] != other[j - 1])
            line[j] = min(row[j] + 1, line[j - 1] + 1, row[j - 1] + changed)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
                line[j] = min(line[j], before[j - 2] + 1)
        if min(line) > most:
            return None
        before, row = row, line
    return row[-1] if row[-1] <= most else None


def is_slip(one: str, other: str) -> bool:
    """Whether a slip explains the difference: one in a name of four letters or more, two from nine on."""
    shortest = min(len(one), len(other))
    if shortest < 4 or one == other:
        return False
    return slips(one, other, 2 if shortest >= 9 else 1) is not None


def seen(key: str) -> str:
    """The key as an eye reads it: letters of other alphabets that look Latin are read as Latin."""
    return key.translate(_LOOK_ALIKES)
