"""`bridge explain-link`: why two people would, or would not, be brought together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from bridge.domain.contact import Contact, Origin
from bridge.domain.evidence import Field
from bridge.domain.identity import PivotIdentity, Precision
from bridge.domain.link_rules import NOT_BY_ITSELF, RULES, Rule, rule_named
from bridge.domain.link_words import FIELD_WORDS, GRADE_WORDS, LIKENESS_WORDS, VERDICT_WORDS
from bridge.domain.matching import Comparison, compare, decide
from bridge.domain.reasons import REASONS
from run.identity_files import read_person

_PRECISIONS = {Precision.DAY: "au jour", Precision.MONTH: "au mois", Precision.YEAR: "à l’année"}
_WIDTH = 25
_FEWEST_FILES = 2


@click.command("explain-link")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--origin",
    type=click.Choice([each.value for each in Origin]),
    default="french",
    help="Who vouches for FILE 1.",
)
@click.option("--table", is_flag=True, help="Print every row of the table of rules, in its order.")
def explain_link(files: Sequence[str], origin: str, table: bool) -> None:
    """Compare a certified identity (FILE 1) with what a Contact knows (FILE 2), in French.

    Each is YAML or JSON with family_name, usage_name, given_names, birth_date, birth_date_precision, gender,
    birth_place, birth_country; what is not known is left out. `-` is standard input. Nothing is stored.
    """
    if table:
        click.echo("\n".join(_table()))
    elif len(files) != _FEWEST_FILES:
        raise click.UsageError("two files are compared: the certified identity, and what the Contact knows")
    if files:
        (certified, usage), (known, other) = map(_read, files[:_FEWEST_FILES])
        contact = Contact("FICHE", known, None, (other,) if other else ())
        compared = compare(certified, usage, contact, Origin(origin))
        verdict = decide(certified, usage, [contact], Origin(origin)).verdict
        click.echo("\n".join(_explained(certified, known, compared)))
        click.echo(f"Si c’est la seule fiche, et libre : {VERDICT_WORDS[verdict].fr}")


def _read(name: str) -> tuple[PivotIdentity, str | None]:
    with click.open_file(name, "rb") as file:
        return read_person(name, file.read())


def _explained(certified: PivotIdentity, known: PivotIdentity, compared: Comparison) -> Iterator[str]:
    rule = rule_named(compared.rule)
    yield _line("", "FranceConnect", "Fiche", "")
    for each in compared.fields:
        said = f"{LIKENESS_WORDS[each.likeness].fr} : {REASONS[each.reason].fr} [{each.reason}]"
        yield _line(
            FIELD_WORDS[each.field].fr, _shown(certified, each.field), _shown(known, each.field), said
        )
    yield ""
    yield f"Ressemblance : {GRADE_WORDS[rule.grade].fr}"
    yield f"Ligne du tableau : {rule.code} – {rule.fr}"


def _shown(identity: PivotIdentity, field: Field) -> str:
    born = identity.birth_date
    values = {
        Field.BIRTH_NAME: identity.family_name,
        Field.GIVEN_NAMES: ", ".join(identity.given_names),
        Field.BIRTH_DATE: f"{born.text} ({_PRECISIONS[born.precision]})" if born else None,
        Field.GENDER: identity.gender,
        Field.BIRTH_PLACE: identity.birth_place,
        Field.BIRTH_COUNTRY: identity.birth_country,
    }
    # What a terminal would obey rather than show is written out.
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in values[field] or "–")


def _line(field: str, one: str, other: str, said: str) -> str:
    return f"{field:<22}{one:<{_WIDTH}} {other:<{_WIDTH}} {said}".rstrip()


def _table() -> Iterator[str]:
    """The rows in their order; the first that fits decides."""
    for number, rule in enumerate(RULES, 1):
        yield f"{number:>2}. {rule.code} → {GRADE_WORDS[rule.grade].fr}"
        yield f"    {rule.fr}"
        yield from _conditions(rule)
    yield f"–   {NOT_BY_ITSELF.code} → {GRADE_WORDS[NOT_BY_ITSELF.grade].fr}"
    yield f"    {NOT_BY_ITSELF.fr}"
    yield ""
    for code, reason in REASONS.items():
        yield f"{code:<34} {LIKENESS_WORDS[reason.likeness].fr:<11} {reason.fr}"
    yield ""


def _conditions(rule: Rule) -> Iterator[str]:
    for field, allowed in rule.where.items():
        yield f"    {FIELD_WORDS[field].fr} : {', '.join(_named(allowed))}"
    if rule.somewhere:
        yield f"    l’un des six champs : {', '.join(_named(rule.somewhere))}"


def _named(allowed: frozenset[str]) -> Iterator[str]:
    words = {likeness.value: word.fr for likeness, word in LIKENESS_WORDS.items()}
    return (words.get(code, code) for code in sorted(allowed))
