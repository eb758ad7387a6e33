"""Ids that lie in the order of time, and still cannot be guessed."""

from __future__ import annotations

from datetime import timedelta

from bridge.adapters.store.ids import dated_id
from tests.fakes.clock import START


def test_later_ids_come_behind_earlier_ones() -> None:
    """A text sorts as its time does, whatever its chance."""
    ids = [dated_id("c_", START + timedelta(milliseconds=step)) for step in range(200)]
    assert ids == sorted(ids)
    assert len({len(one) for one in ids}) == 1


def test_ids_of_one_moment_have_eighty_bits_of_chance() -> None:
    """The time says nothing to a guesser: sixteen characters of five bits are left to guess."""
    ids = {dated_id("c_", START) for _ in range(1_000)}
    assert len(ids) == 1_000
    assert len({one[:12] for one in ids}) == 1
    assert all(len(set(column)) == 32 for column in zip(*(one[12:] for one in ids), strict=True))
