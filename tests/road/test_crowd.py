"""Monday morning: hundreds of first sign-ins at once, on the real processes and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL

from bench import crowd
from tests.servers.postgresql import database

pytestmark = pytest.mark.slow

# `python -m bench sign_in` sends a thousand of two hundred people.
PEOPLE, SIGN_INS = 60, 300


def test_three_hundred_first_sign_ins_of_sixty_people(postgresql: URL, tmp_path: Path) -> None:
    """Five tabs each, all at the door together: sixty Contacts, nobody twice, nobody turned away."""
    with database(postgresql) as url:
        report = crowd.measure(
            tmp_path, PEOPLE, SIGN_INS, database_url=url.render_as_string(hide_password=False)
        )
    assert (report["sign_ins"], report["people"]) == (SIGN_INS, PEOPLE)
    assert (report["failed"], report["errors"]) == (0, [])
    assert (report["contacts"], report["people_with_one_contact"]) == (PEOPLE, PEOPLE)
