"""Reads our pages as a person does: the text, the regions, the links."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset({"img", "input", "link", "meta", "br", "path", "circle", "rect"})


class _Reader(HTMLParser):
    """Collects text, and the text of each section under its heading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.path: list[str] = []
        self.words: list[str] = []
        self.sections: list[tuple[str, list[str]]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "section":
            self.sections.append(("", []))
        if tag not in _VOID:
            self.path.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.path.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if "head" in self.path or not data.strip():
            return
        self.words.append(data)
        if self.sections and "section" in self.path:
            heading, told = self.sections[-1]
            if self.path[-1] == "h2":
                self.sections[-1] = (heading + data, told)
            else:
                told.append(data)


class Reading:
    """What a page says."""

    def __init__(self, page: str) -> None:
        reader = _Reader()
        reader.feed(page)
        assert not reader.path, "every element is closed"
        self.text = _plain(reader.words)
        self.sections = {_plain([heading]): _plain(told) for heading, told in reader.sections}
        self.tags = frozenset(reader.tags)


def _plain(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())
