"""A town without FranceConnect+ shows nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.http.site import NOWHERE_PLUS, Site


@pytest.fixture
def without(site: Site) -> Site:
    """Give the site of a town that did not register there."""
    settings = replace(site.services.settings, franceconnect_plus_issuer="")
    services = replace(site.services, settings=settings, sign_in_plus=None, franceconnect_plus=None)
    return Site.serving(services, site)


def test_the_page_has_one_button(without: Site) -> None:
    """Nobody is sent to a door that is not there."""
    page = without.visitor().get("/")
    assert "/login/franceconnect?" in page.text
    assert "franceconnect-plus" not in page.text
    assert NOWHERE_PLUS not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["", "/callback?code=a&state=b", "/jwks"])
def test_its_addresses_do_not_exist(without: Site, path: str) -> None:
    """Neither the way there, nor the way back, nor keys."""
    assert without.visitor().get(f"/login/franceconnect-plus{path}").status_code == 404


def test_the_list_of_return_addresses_names_one(without: Site) -> None:
    """What FranceConnect reads of us is what there is."""
    listed = without.visitor().get("/login/franceconnect/sector_identifier").json
    assert listed == ["https://demarches.ville.test/login/franceconnect/callback"]
