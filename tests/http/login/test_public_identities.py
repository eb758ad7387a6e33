"""FranceConnect's 38 public test identities and its refused ones, each through the pages of the stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from bridge.domain.identity import Precision
from tests.http.login.bridge_login import Bridge, running_bridge
from tests.servers.franceconnect import stand_in_franceconnect

DAY, MONTH, YEAR = Precision
Row = tuple[str, str, str | None, str, Precision, str | None, str]
FRANCE = "99100"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Login: birth name, given names joined by "+", usage name, birth date, its precision, commune, country.
SIGNED_IN: dict[str, Row] = {
    "test": ("DUBOIS", "Angela+Claire+Louise", None, "1962-08-24", DAY, "75107", FRANCE),
    "avec_nom_dusage": ("MERCIER", "Pierre", "DUBOIS", "1969-03-17", DAY, "95277", FRANCE),
    "nom_composé": ("TROIS-DUPRE", "Melissandre+Juliette", None, "1981-07-27", DAY, "13012", FRANCE),
    "nom_50+_caractères": (ALPHABET * 2, "Bertrand+Cyril", None, "2000-03-01", DAY, "75119", FRANCE),
    "carac_speciaux": ("DURANTéàèùòœæŒÆ", "JulieéàèùòœæŒÆ", None, "1972-06-14", DAY, "2B002", FRANCE),
    "caractères_spéciaux": ("DUBINÔRE", "Joëlle+Françoise", None, "1992-08-15", DAY, "75117", FRANCE),
    "plusieurs_prénoms_2": ("HOCHON", "Valentin+Emmanuel", None, "1955-01-01", DAY, "69674", FRANCE),
    "plusieurs_prénoms_3": ("DUBIGNOT", "Jean+Philippe+Arnaud", None, "1943-06-15", DAY, "75109", FRANCE),
    "prénom_composé": ("HUCHE", "Anne-Laure", None, "1945-09-30", DAY, "31555", FRANCE),
    "prénom_composé_avec_espace": (
        "Martin",
        "Jean_PrénomComposéAvecEspace",
        "Martin",
        "1962-08-24",
        DAY,
        "75107",
        FRANCE,
    ),
    "nom_prénom_long": (
        "MONTGOLFIER-BEAUREGARD",
        "Maximilien+Barthélemy+Alexandre",
        None,
        "1987-10-05",
        DAY,
        "75101",
        FRANCE,
    ),
    "moins_16_ans": ("POSTEUR", "Alain", None, "2015-06-20", DAY, "75113", FRANCE),
    "moins_18_ans": ("CHAMPION", "Alice+Juliette", None, "2009-05-02", DAY, "44109", FRANCE),
    "moins_25_ans": ("CUILLERE", "Paul", None, "2007-01-23", DAY, "42218", FRANCE),
    "genre_indéfini": ("LAFORGE", "Camille", None, "1954-08-07", DAY, "75119", FRANCE),
    "étranger_présumé_né_jour": ("FLEURET", "Jean", None, "1992-11-01", MONTH, None, "99217"),
    "étranger_présumé_né_jour_et_mois": ("TARGE", "Jean", None, "1992-01-01", YEAR, None, "99217"),
    "sans_nom_dusage": ("DUPONT", "Paul+Louis", None, "1962-08-24", DAY, "75107", FRANCE),
    "sans_telephone": ("PLUMIER", "Basile", None, "1993-04-17", DAY, "75120", FRANCE),
    "test_CORSE_2A": ("Brosse", "Mario", "Mario", "1981-02-03", DAY, "2A004", FRANCE),
    "test_CORSE_2B": ("Brosse", "Luigi", "Luigi", "1981-02-03", DAY, "2B050", FRANCE),
    "naissance_Algérie": ("MARTIN", "Vincent+Guillaume", None, "1963-12-05", DAY, None, "99352"),
    "naissance_Maroc": ("GODIN", "Hermine", None, "1986-04-08", DAY, None, "99350"),
    "naissance_Portugal": ("SÉGUIN", "Octave", None, "1957-11-26", DAY, None, "99139"),
    "naissance_Belgique": ("LAPRISE", "Sidonie", "DULIN", "1948-02-17", DAY, None, "99131"),
    "naissance_Espagne": ("CHEVAL", "Rosalie", "POULAIN", "1979-07-30", DAY, None, "99134"),
    "naissance_Italie": ("LIVRE", "Marius+Achille+Léon", None, "1985-10-12", DAY, None, "99127"),
    "naissance_polynesie_française": ("REVEIL", "Titouan", None, "1998-06-18", DAY, "98729", FRANCE),
    "naissance_wallis_futuna": ("Fleury", "Fabien", None, "1972-06-14", DAY, "98611", FRANCE),
    "naissance_etranger_birthplace_cog": ("ALGER", "Vincent", None, "1963-12-05", DAY, None, "99352"),
    "naissance_etranger_birthplace_texte": ("ALGERIE", "Alia", None, "1963-12-05", DAY, None, "99352"),
}
REFUSED = {
    "mois_00": "login.failed",
    "sans_prenom": "login.failed",
    "sans_nom_naissance": "login.failed",
    "sans_mail": "login.failed",
    "sans_mail_sans_tel": "login.failed",
    "sans_genre": "login.failed",
    "sans_birthplace": "login.failed",
}
ERROR_LOGINS = {
    "E010004": "login.denied",
    "E010006": "login.denied",
    "E010007": "login.denied",
    "E010008": "login.denied",
    "E010009": "login.denied",
    "E010011": "login.unavailable",
    "E010012": "login.unavailable",
    "E010013": "login.failed",
    "E010015": "login.denied",
    "Désactivé": "login.denied",
    "Y180001": "login.denied",
    "test_INVALID_COG": "login.failed",
    "test_CORSE_INVALID": "login.failed",
}


@pytest.fixture(scope="module")
def bridge() -> Iterator[Bridge]:
    """Our routes in front of one stand-in."""
    with stand_in_franceconnect() as stand_in, running_bridge(stand_in) as running:
        yield running


@pytest.mark.parametrize("login", SIGNED_IN)
def test_each_public_identity_arrives_as_certified(
    bridge: Bridge, browser: requests.Session, login: str
) -> None:
    """Names keep their accents and lists, dates their precision, places their code or nothing."""
    assert bridge.sign_in(browser, login).status_code == 303
    person = bridge.linker.people[-1]
    found, born = person.identity, person.identity.birth_date
    assert born is not None
    assert (
        found.family_name,
        "+".join(found.given_names),
        person.usage_name,
        born.text,
        born.precision,
        found.birth_place,
        found.birth_country,
    ) == SIGNED_IN[login]
    assert found.is_complete is (born.precision is DAY)


@pytest.mark.parametrize("login", REFUSED | ERROR_LOGINS)
def test_each_refused_identity_comes_back_with_its_code(
    bridge: Bridge, browser: requests.Session, login: str
) -> None:
    """FranceConnect shows its own page; we learn little, say less, and link nobody."""
    seen = len(bridge.linker.people)
    answer = bridge.sign_in(browser, login)
    assert answer.json()["code"] == (REFUSED | ERROR_LOGINS)[login]
    assert len(bridge.linker.people) == seen


def test_the_table_holds_the_38_public_identities() -> None:
    """None is left out."""
    assert len(SIGNED_IN | REFUSED) == 38


def test_twins_are_two_people(bridge: Bridge) -> None:
    """Same name and date, another given name and place: another subject, another session."""
    links = set()
    for login in ("test_CORSE_2A", "test_CORSE_2B"):
        with requests.Session() as browser:
            bridge.sign_in(browser, login)
            session = bridge.whoami(browser)
            assert session is not None
            links.add(session["link"])
    assert len(links) == 2
