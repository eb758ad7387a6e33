"""Reads the table of status words and checks its right-hand side against the product's vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mappings.model import Vocabulary
from mappings.rule_reading import RuleReader
from mappings.rules import Meaning, Rule, StatusRules, Test
from mappings.section import Section, kind

_KINDS: tuple[Literal["contains", "equals"], ...] = ("contains", "equals")


@dataclass(frozen=True, slots=True)
class StatusReader:
    """Reads the `status` section of a source."""

    rules: RuleReader
    vocabulary: Vocabulary

    def read(self, status: Section) -> StatusRules:
        """Give where the status is read and what each word means."""
        words = status.section("words")
        found = StatusRules(
            code=self._code(status),
            label=self.rules.text(status, "label"),
            since=self.rules.moment(status, "since"),
            words={code: self._meanings(words, code) for code in words.names()},
        )
        if not found.words:
            status.add("words", "needs at least one status word")
        self.rules.within(status, found.code, list(found.words))
        status.close()
        return found

    def _code(self, status: Section) -> Rule:
        if not status.has("code"):
            status.add("code", "is missing")
        return self.rules.text(status, "code") or Rule(status.path("code"))

    def _meanings(self, words: Section, code: str) -> tuple[Meaning, ...]:
        value = words.raw(code)
        if not isinstance(value, list):
            return (self._meaning(Section(words.report, words.path(code), value)),)
        sections = [
            Section(words.report, f"{words.path(code)}[{number}]", item) for number, item in enumerate(value)
        ]
        meanings = tuple(self._meaning(section) for section in sections)
        if not meanings or any(bool(m.tests) is (m is meanings[-1]) for m in meanings):
            words.add(code, "every alternative but the last needs `when`, and the last may not have one")
        return meanings

    def _meaning(self, section: Section) -> Meaning:
        phase = section.text("phase", allowed=self.vocabulary.phases)
        meaning = Meaning(
            phase=phase,
            outcome=self._outcome(section, phase),
            waiting_for=section.text("waiting_for", allowed=self.vocabulary.waiting_for),
            tacit=section.flag("tacit"),
            action=self._action(section),
            keep_final=section.flag("keep_final"),
            only_known=section.flag("only_known"),
            since=self.rules.moment(section, "since"),
            tests=self._tests(section),
        )
        section.close()
        return meaning

    def _outcome(self, section: Section, phase: str) -> str | None:
        outcome = section.text_or("outcome", allowed=self.vocabulary.outcomes)
        fitting = self.vocabulary.outcomes_by_phase.get(phase, frozenset())
        if fitting and not section.has("outcome"):
            section.add("outcome", f"is missing: phase {phase!r} needs one", fitting)
        if phase and outcome and outcome not in fitting:
            section.add("outcome", f"{outcome!r} cannot go with phase {phase!r}", fitting)
        return outcome

    def _action(self, section: Section) -> str | None:
        action = section.text_or("action")
        if action and not (action.isascii() and action.replace("_", "").isalpha() and action.islower()):
            section.add("action", f"must be lower-case words joined by _, not {kind(action)}")
        return action

    def _tests(self, section: Section) -> tuple[Test, ...]:
        if not section.has("when"):
            return ()
        value = section.raw("when")
        items = value if isinstance(value, list) else [value]
        if not items:
            section.add("when", "needs at least one test")
        return tuple(self._test(Section(section.report, section.path("when"), item)) for item in items)

    def _test(self, section: Section) -> Test:
        written = [name for name in _KINDS if section.has(name)]
        if len(written) != 1:
            section.report.add(section.key, "needs exactly one of the two tests", _KINDS)
        if not section.has("field"):
            section.add("field", "is missing")
        name = written[0] if written else "equals"
        literals = section.texts(name)
        if "" in literals:
            section.add(name, "an empty text tests nothing")
        test = Test(Rule(section.key, path=self.rules.path(section, "field")), name, literals)
        section.close()
        return test
