"""Monday morning: a thousand first sign-ins at once, on the real processes and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL

from bench import crowd
from tests.servers.postgresql import database

pytestmark = pytest.mark.slow


def test_a_thousand_first_sign_ins_of_two_hundred_people(postgresql: URL, tmp_path: Path) -> None:
    """Five tabs each, all at the door together: two hundred Contacts, nobody twice, nobody turned away."""
    with database(postgresql) as url:
        report = crowd.measure(tmp_path, database_url=url.render_as_string(hide_password=False))
    assert (report["sign_ins"], report["people"]) == (1_000, 200)
    assert (report["failed"], report["errors"]) == (0, [])
    assert (report["contacts"], report["people_with_one_contact"]) == (200, 200)
