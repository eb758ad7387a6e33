"""Errors a service tells inside a good answer, declared as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.paths import PATH, PATH_MEANING, at
from bridge.errors import PermanentError, TransientError

OPTIONS = ("path", "good", "passing")
_PLAIN = re.compile(r"[A-Za-z0-9_. -]{1,40}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where the word of success stands, and what it may be; `passing` words are worth another try."""

    path: str
    good: frozenset[str]
    passing: frozenset[str]

    def check(self, source: str, content: object) -> None:
        """Raises: TransientError, PermanentError. The service's own text may name a person: it is left."""
        found = at(content, self.path)
        word = _word(found)
        if word in self.good:
            return
        shown = word if _PLAIN.fullmatch(word) else "another word"
        problem = f"{source}: the answer says {shown} at {self.path}"
        if word in self.passing:
            raise TransientError(problem, system=source, code="source.refused")
        raise PermanentError(problem, system=source, code="source.refused")


def _word(found: object) -> str:
    if found is None:
        return "null"
    return str(found).lower() if isinstance(found, bool) else str(found)


def envelope(options: Options | None) -> Envelope | None:
    """Give what is declared, None when nothing is. Raises: ConfigurationError."""
    if options is None:
        return None
    path = options.matching("path", PATH, PATH_MEANING)
    options.needed("good")
    return Envelope(path, _words(options, "good"), _words(options, "passing"))


def _words(options: Options, key: str) -> frozenset[str]:
    value = options.given.get(key)
    items = value if isinstance(value, list | tuple) else () if value is None else (value,)
    if any(isinstance(item, dict | list) for item in items):
        raise options.refusal(key, "must be a word, a number, or a list of them")
    return frozenset(map(_word, items))
