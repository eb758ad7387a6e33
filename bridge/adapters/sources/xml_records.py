"""Reads the records of an XML file one after the other; what was read is let go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bridge.adapters.sources.csv_bytes import Refusal
from bridge.adapters.sources.xml_bytes import Hashed
from bridge.adapters.sources.xml_values import local_name
from bridge.errors import PermanentError

RECORD_BYTES = 1 << 20
"""Bytes of one record, and of all that stands before the first and behind the last."""
DEEPEST = 16

_TOO_DEEP = etree.XPath("/".join(["*"] * (DEEPEST + 1)))
_BROKEN_TEXT = {
    etree.ErrorTypes.ERR_INVALID_CHAR,
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.I18N_CONV_FAILED,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
}
# An unknown entity, and something behind the root, come to light at the end.
_ILL_FORMED = {etree.ErrorTypes.ERR_INTERNAL_ERROR, etree.ErrorTypes.ERR_DOCUMENT_END}

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class XmlShape:
    """Where the records stand, and where the file says how many there are; paths of names from the root.

    `count` may end with an attribute, `@nombre`, of an element that holds the records.
    """

    record: Path
    count: Path = ()
    columns: tuple[str, ...] = ()
    may_be_empty: bool = False


class Records:
    """The records of one file. After the last, `announced` is the number the file states, when it does."""

    def __init__(self, content: Hashed, shape: XmlShape, refuse: Refusal) -> None:
        self.announced: str | None = None
        self._content = content
        self._shape = shape
        self._refuse = refuse
        self._since = 0
        names = {shape.record[-1], *shape.count[-1:]}
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{name}" for name in names if not name.startswith("@")],
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )

    def __iter__(self) -> Iterator[etree._Element]:
        """Give each record, good until the next one. Raises: PermanentError."""
        while chunk := self._content.read():
            self._since += len(chunk)
            try:
                self._parser.feed(chunk)
            except etree.XMLSyntaxError as error:
                raise self._unreadable(error) from None
            yield from self._finished()
            if self._since > RECORD_BYTES:
                problem = f"over {RECORD_BYTES} bytes before byte {self._content.size} hold no record"
                raise self._refuse("source.record_too_large", problem)
        try:
            root = self._parser.close()
        except etree.XMLSyntaxError as error:
            if error.code in _ILL_FORMED:
                raise self._unreadable(error) from None
            problem = f"it stops before its last element ends, line {error.lineno}"
            raise self._refuse("source.file_truncated", problem) from None
        self._look_for_count(root)

    def _finished(self) -> Iterator[etree._Element]:
        for _, element in self._parser.read_events():
            path = _path(element)
            if path == self._shape.record:
                self._require_shallow(element)
                self._look_for_count(element)
                self._since = 0
                yield element
                _let_go(element)
            elif path == self._shape.count:
                self.announced = element.text or ""

    def _require_shallow(self, record: etree._Element) -> None:
        if _TOO_DEEP(record):
            problem = f"the record of line {record.sourceline} is nested more than {DEEPEST} times"
            raise self._refuse("source.too_deep", problem)

    def _look_for_count(self, element: etree._Element) -> None:
        """Read the attribute that announces the records, on an element that holds this one, or on itself."""
        *owner, attribute = self._shape.count or ("",)
        if self.announced is not None or not attribute.startswith("@"):
            return
        for one in (element, *element.iterancestors()):
            if _path(one) == tuple(owner):
                self.announced = one.get(attribute[1:])

    def _unreadable(self, error: etree.XMLSyntaxError) -> PermanentError:
        if error.code in _BROKEN_TEXT:
            problem = f"line {error.lineno} is not of the encoding it declares"
            return self._refuse("source.encoding", problem)
        # Its own words may quote the file.
        return self._refuse("source.xml", f"it is not well-formed (line {error.lineno or 'unknown'})")


def _path(element: etree._Element) -> Path:
    names = [local_name(element.tag), *(local_name(one.tag) for one in element.iterancestors())]
    return tuple(reversed(names))


def _let_go(record: etree._Element) -> None:
    """Free a record and all that stood before it: the file may be larger than this machine's memory."""
    record.clear()
    for one in (record, *record.iterancestors()):
        holder = one.getparent()
        while holder is not None and one.getprevious() is not None:
            del holder[0]
