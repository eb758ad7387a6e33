"""The words of the planning software, and how a file really travels through them.

Source: openADS manual (états d'un dossier) and code de l'urbanisme R423-19 to R423-39 for the delays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LABELS: Mapping[str, str] = {
    "DEP": "déposé",
    "RECEP": "récépissé délivré",
    "INST": "en cours d'instruction",
    "CONSULT": "consultation en cours",
    "INC": "incomplet",
    "INCNOT": "incomplétude notifiée",
    "ACC": "accord",
    "ACCPRES": "accord avec prescriptions",
    "NONOPP": "non-opposition",
    "ACCTAC": "accord tacite",
    "REF": "refus",
    "OPP": "opposition",
    "REJTAC": "rejet tacite",
    "SANSSUITE": "classé sans suite",
    "RETRAIT": "retrait de la demande",
}

# Ordinary periods in months (R423-23); a certificate answers in one month.
MONTHS: Mapping[str, int] = {"DP": 1, "PC": 3, "PD": 2, "CU": 1}
# Time the applicant has to send the missing pieces (R423-39).
MONTHS_TO_COMPLETE = 3


@dataclass(frozen=True, slots=True)
class Leg:
    """A state reached days after the deposit, and dated earlier when the agent corrects an entry."""

    days: int
    code: str
    backdated: int = 0


Journey = Sequence[Leg]


def _journey(text: str) -> Journey:
    # "RECEP+1 ACC+40 REF+42~2": typed on day 42, dated two days before.
    legs = [Leg(0, "DEP")]
    for word in text.split():
        code, _, when = word.partition("+")
        days, _, backdated = when.partition("~")
        legs.append(Leg(int(days), code, int(backdated or 0)))
    return legs


JOURNEYS: Mapping[str, Sequence[tuple[int, Journey]]] = {
    "DP": (
        (30, _journey("RECEP+1 INST+6 NONOPP+26")),
        (14, _journey("RECEP+1 INST+5 CONSULT+9 NONOPP+29")),
        (10, _journey("RECEP+2 INST+8 INC+16 INCNOT+19 INST+43 NONOPP+66")),
        (6, _journey("RECEP+1 INST+7 INC+20 INCNOT+22 REJTAC+114")),
        (6, _journey("RECEP+1 INST+6 OPP+28")),
        (6, _journey("RECEP+1 INST+12 ACCTAC+31")),
        (4, _journey("RECEP+1 INST+6 NONOPP+21 OPP+23~2")),
        (4, _journey("RECEP+2 INST+5 RETRAIT+17")),
        (3, _journey("RECEP+1 INST+4 OPP+24 INST+38 NONOPP+52")),
    ),
    "PC": (
        (24, _journey("RECEP+1 INST+9 CONSULT+20 INST+48 ACC+79")),
        (14, _journey("RECEP+2 INST+8 CONSULT+15 ACCPRES+84")),
        (12, _journey("RECEP+1 INST+10 INC+24 INCNOT+27 INST+61 CONSULT+70 ACC+140")),
        (8, _journey("RECEP+1 INST+10 INC+22 INCNOT+25 REJTAC+117")),
        (8, _journey("RECEP+2 INST+11 CONSULT+25 REF+86")),
        (4, _journey("RECEP+1 INST+7 ACC+60 REF+63~3")),
        (4, _journey("RECEP+1 INST+7 RETRAIT+41")),
        (4, _journey("RECEP+1 INST+9 CONSULT+16 ACCTAC+93")),
    ),
    "PD": (
        (10, _journey("RECEP+1 INST+8 ACC+47")),
        (4, _journey("RECEP+1 INST+8 CONSULT+14 ACCPRES+58")),
        (2, _journey("RECEP+1 INST+8 REF+55")),
    ),
    "CU": (
        (20, _journey("RECEP+1 INST+5 ACC+22")),
        (4, _journey("RECEP+1 INST+6 REF+27")),
        (3, _journey("RECEP+1 INST+4 SANSSUITE+35")),
    ),
}
