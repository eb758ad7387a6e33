"""The procedures' platform counts the calls of each token."""

from __future__ import annotations

from sandbox.town.demarches.limits import CallLimit


def test_the_limit_counts_by_minute_and_by_header() -> None:
    """The call over the limit is refused until the next minute, for that header alone."""
    now = [120.0]
    limit = CallLimit(lambda: now[0])
    assert [limit.exceeded("a", 2) for _ in range(3)] == [False, False, True]
    assert limit.exceeded("b", 2) is False
    now[0] = 150.0
    headers = limit.refusal().headers
    assert (headers["Retry-After"], headers["RateLimit-Reset"]) == ("30", "180")
    now[0] = 180.0
    assert limit.exceeded("a", 2) is False
