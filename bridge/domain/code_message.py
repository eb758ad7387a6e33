"""What a message with a one-time code says: nothing of the person, and what to do if it was not asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Europe/Paris")
# Letters every mobile phone takes at one to a sign; others would halve the length of a message.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "\N{NO-BREAK SPACE}": " ", "ê": "e", "î": "i", "ô": "o", "û": "u"}
)


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """One code in words: `text` for an e-mail, `short` for a telephone."""

    subject: str
    text: str = field(repr=False)
    short: str = field(repr=False)


def code_message(code: str, town: str, expires_at: datetime) -> CodeMessage:
    """Give the words around a code, in French and then in English."""
    shown = f"{code[:4]} {code[4:]}"
    local = expires_at.astimezone(_ZONE)
    until, until_en = f"{local.hour} h {local.minute:02d}", f"{local:%H:%M}"
    return CodeMessage(
        subject=f"{town} : votre code",
        text=(
            f"Votre code : {shown}\n\n"
            f"Recopiez-le sur la page « Mes demandes » de {town}, avant {until}.\n"
            "Ne le donnez à personne : la mairie ne vous le demandera ni par téléphone, ni par message.\n"
            "Vous n’avez rien demandé ? Ne faites rien : sans ce code, personne ne voit vos demandes.\n\n"
            "—\n\n"
            f"Your code: {shown}\n\n"
            f"Type it on the page “My requests” of {town}, before {until_en}.\n"
            "Give it to nobody: the town hall will never ask you for it, by phone or by message.\n"
            "You asked for nothing? Do nothing: without this code nobody can see your requests.\n"
        ),
        short=(
            f"{town} : votre code est {shown}, avant {until}. "
            "Ne le donnez à personne. Vous n'avez rien demandé ? Ne faites rien."
        ).translate(_PLAIN),
    )
