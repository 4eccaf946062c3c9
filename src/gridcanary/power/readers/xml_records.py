"""XML as a stream of small records with line numbers, safe against bombs, external entities and endless
text."""

from __future__ import annotations

import codecs
import re
import xml.sax.handler
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.sax import SAXParseException
from xml.sax.xmlreader import AttributesImpl, Locator

import defusedxml.sax
from defusedxml import DefusedXmlException

from gridcanary.contracts.errors import InputError, UnsafeInput
from gridcanary.power.readers.text import open_binary, read_exactly

CHUNK_BYTES = 1 << 16
LONGEST_TEXT = 1 << 16
"""No field of a meter reading is longer [characters]; what is, wants to fill the memory."""
LARGEST_RECORD = 4096
"""Elements within one record; a reading has a dozen."""
DEEPEST = 64
LONGEST_SILENCE_BYTES = 8 << 20
"""Bytes without one whole tag or text: a tag that never ends."""
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([A-Za-z0-9_.-]+)["']""")
_CHINESE = frozenset({"gbk", "gb2312", "gb18030", "cp936"})


@dataclass(slots=True)
class XmlRecord:
    """One element with all that is in it.

    Args:
        tag: name without its namespace prefix.
        line: 1-based line on which it begins.
        attributes: by name.
        text: what stands in it, outside its children, stripped.
        children: in order.
    """

    tag: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[XmlRecord] = field(default_factory=list)

    def find(self, *tags: str) -> XmlRecord | None:
        """The first descendant along a path of tags."""
        here: XmlRecord | None = self
        for tag in tags:
            here = next((child for child in here.children if child.tag == tag), None) if here else None
        return here

    def value(self, *tags: str) -> str:
        """The text of :meth:`find`, or nothing."""
        found = self.find(*tags)
        return found.text if found is not None else ""


@dataclass(frozen=True, slots=True)
class XmlEvent:
    """Something that happened in the stream.

    Args:
        kind: ``open`` and ``close`` of an outer element, or a whole ``record``.
        tag: name of the element.
        line: where it begins (where it ends, for ``close``).
        record: the record, for that kind.
    """

    kind: Literal["open", "close", "record"]
    tag: str
    line: int
    record: XmlRecord | None = None


def xml_events(path: Path, outer: frozenset[str], records: frozenset[str]) -> Iterator[XmlEvent]:
    """The elements wanted, in the order of the file; gzip is unpacked.

    Args:
        path: the file.
        outer: tags of which beginning and end are told.
        records: tags of which the whole element is told at its end.

    Raises:
        UnsafeInput: the file has a document type, entities, endless text or bottomless nesting.
        InputError: it is no XML, or it is cut short.
    """
    parser = defusedxml.sax.make_parser()
    collector = _Collector(path, outer, records, parser)
    parser.forbid_dtd = True
    parser.setContentHandler(collector)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    try:
        for chunk in _chunks(path):
            parser.feed(chunk)
            collector.silence += len(chunk)
            if collector.silence > LONGEST_SILENCE_BYTES:
                raise UnsafeInput(path, "a tag that never ends", row=parser.getLineNumber())
            yield from collector.taken()
        parser.close()
    except DefusedXmlException as error:
        raise UnsafeInput(
            path,
            "the XML has a document type or entities, which meter data never need",
            row=parser.getLineNumber(),
            remedy="remove the <!DOCTYPE ...> if you trust its source",
        ) from error
    except SAXParseException as error:
        raise InputError(
            path, f"the XML is cut short or damaged: {error.getMessage()}", row=error.getLineNumber()
        ) from error
    except (LookupError, ValueError) as error:
        raise InputError(path, f"the XML cannot be read: {error}", remedy="save it as UTF-8") from error
    yield from collector.taken()


def _chunks(path: Path) -> Iterator[bytes | str]:
    with open_binary(path) as stream:
        first = read_exactly(path, stream, CHUNK_BYTES)
        if not first:
            raise InputError(path, "the file is empty", row=1, remedy="export it again")
        declared = _DECLARED.match(first.lstrip())
        chinese = declared is not None and declared[1].decode().lower() in _CHINESE
        # The parser knows no multi-byte codecs but Unicode's; text that is decoded already it takes as it is.
        decoder = codecs.getincrementaldecoder("gb18030")() if chinese else None
        chunk = first
        while chunk:
            yield chunk if decoder is None else decoder.decode(chunk)
            chunk = read_exactly(path, stream, CHUNK_BYTES)
        if decoder is not None:
            yield decoder.decode(b"", final=True)


class _Collector(xml.sax.handler.ContentHandler):
    """Builds the records; everything else is passed over."""

    def __init__(self, path: Path, outer: frozenset[str], records: frozenset[str], locator: Locator) -> None:
        super().__init__()
        self.silence = 0
        self._path, self._outer, self._records = path, outer, records
        self._open: list[XmlRecord] = []
        self._texts: list[str] = []
        self._length = self._size = self._depth = 0
        self._events: list[XmlEvent] = []
        self._locator = locator

    def taken(self) -> list[XmlEvent]:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        self.silence = 0
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnsafeInput(self._path, f"elements nested more than {DEEPEST} deep", row=self._line())
        tag = name.rpartition(":")[2]
        if self._open or tag in self._records:
            self._begin(tag, {key.rpartition(":")[2]: value for key, value in attrs.items()})
        elif tag in self._outer:
            self._events.append(XmlEvent("open", tag, self._line()))

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        record = XmlRecord(tag, self._line(), attributes)
        if self._open:
            self._flush()
            self._open[-1].children.append(record)
            self._size += 1
            if self._size > LARGEST_RECORD:
                raise UnsafeInput(self._path, f"{self._open[0].tag} has too many elements", row=self._line())
        else:
            self._size = 0
        self._open.append(record)

    def characters(self, content: str) -> None:
        self.silence = 0
        self._length += len(content)
        if self._length > LONGEST_TEXT and content.strip():
            raise UnsafeInput(
                self._path,
                f"a text of more than {LONGEST_TEXT} characters",
                row=self._line(),
                column=self._tag(),
            )
        if self._open:
            self._texts.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        self.silence = 0
        self._depth -= 1
        tag = name.rpartition(":")[2]
        if self._open:
            self._flush()
            record = self._open.pop()
            record.text = record.text.strip()
            if not self._open:
                self._events.append(XmlEvent("record", record.tag, record.line, record))
        elif tag in self._outer:
            self._events.append(XmlEvent("close", tag, self._line()))
        self._length = 0

    def _flush(self) -> None:
        if self._texts:
            self._open[-1].text += "".join(self._texts)
            self._texts.clear()
        self._length = 0

    def _line(self) -> int:
        return self._locator.getLineNumber() or 1

    def _tag(self) -> str | None:
        return self._open[-1].tag if self._open else None
