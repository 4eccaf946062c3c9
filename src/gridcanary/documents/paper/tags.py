"""The tags of a template: which are allowed, which names they use, which one is at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.runtime import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gridcanary.documents.paper.faults import TemplateFault
from gridcanary.documents.paper.package import MAIN_PART, open_docx, opened

FILTERS = frozenset({"default", "length", "join", "first", "last", "upper", "lower", "trim"})
"""The only filters that a template may use; none can make a text much longer than its parts."""

MOST_NESTED_LOOPS = 2
UNKNOWN = "unknown name; the list of names is on the page of templates"
LOOP_NAMES = frozenset({"index", "index0", "first", "last", "length", "revindex"})

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_RAW = re.compile(r"\{\{\s*(r|p|tr|tc)\s|\{%\s*(r|tc|hm|vm|cellbg|colspan)\s")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.For, nodes.If, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr,
)  # fmt: skip

Shape = Mapping[str, Any]
"""Names that templates may use: a text for a value, a mapping for a group, a list of one mapping for a list."""


def environment() -> ImmutableSandboxedEnvironment:
    """The Jinja environment of templates: no globals, few filters, nothing undefined, texts escaped for XML."""
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    env.globals.clear()
    env.filters = {name: one for name, one in env.filters.items() if name in FILTERS}
    env.tests = {name: one for name, one in env.tests.items() if name in {"defined", "none"}}
    return env


def tags_of(content: bytes, file: str) -> list[str]:
    """The tags of a template in the order in which they stand, as the officer sees them."""
    return [tag for source in _sources(content, file) for tag in _TAG.findall(_visible(source))]


def check_template(content: bytes, file: str, shape: Shape) -> None:
    """Check a template without filling it.

    Args:
        content: the DOCX file.
        file: its name, for messages.
        shape: the names that it may use.

    Raises:
        UnsafeFile: the file holds what a document must not.
        TemplateFault: a tag that is not allowed, or a name that nobody knows.
    """
    open_docx(content, file)
    for source in _sources(content, file):
        tree = _parsed(source, file)
        _check(tree, file, dict(shape), depth=0)


def names_used(content: bytes, file: str) -> list[str]:
    """Top-level names that a template uses, in the order in which they stand, each once.

    Raises:
        UnsafeFile, TemplateFault: as check_template.
    """
    open_docx(content, file)
    found: dict[str, None] = {}
    for source in _sources(content, file):
        tree = _parsed(source, file)
        bound = {node.target.name for node in tree.find_all(nodes.For) if isinstance(node.target, nodes.Name)}
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name not in bound and node.name != "loop":
                found.setdefault(node.name)
    return list(found)


def _sources(content: bytes, file: str) -> Iterator[str]:
    """Jinja sources of every part that docxtpl fills; tags anywhere else are refused."""
    parts = open_docx(content, file)
    template = opened(content, file)
    filled = {MAIN_PART}
    yield _source(template, template.get_xml(), file)
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(kind):
            filled.add(str(part.partname).lstrip("/"))
            yield _source(template, template.get_part_xml(part), file)
    for name, part in parts.items():
        if name not in filled and (b"{{" in part or b"{%" in part):
            raise TemplateFault(file, name, "tags may stand in the text, the header and the footer only")


def _source(template: DocxTemplate, xml: str, file: str) -> str:
    """One part as Jinja source; tags that put a value into the file as raw XML are refused."""
    raw = _RAW.search(_visible(xml))
    if raw:
        raise TemplateFault(
            file, raw.group().strip(), "this tag is not allowed; use {{ … }}, {%p … %}, {%tr … %}"
        )
    return str(template.patch_xml(xml))


def _parsed(source: str, file: str) -> nodes.Template:
    try:
        return environment().parse(source)
    except TemplateSyntaxError as error:
        raise TemplateFault(file, _tag_of_line(source, error.lineno), str(error.message)) from error


def _tag_of_line(source: str, line: int) -> str:
    lines = source.splitlines()
    text = _visible(lines[line - 1]) if 0 < line <= len(lines) else ""
    found = _TAG.findall(text)
    return found[0] if len(found) == 1 else " ".join(found[-3:]) or text[:80]


def _visible(source: str) -> str:
    return re.sub(r"<[^>]*>", "", source)


def _check(node: nodes.Node, file: str, known: dict[str, Any], depth: int) -> None:
    """Walk a tree: only allowed nodes, only known names; a loop adds its own name for what is inside it."""
    if not isinstance(node, _ALLOWED):
        raise TemplateFault(
            file, type(node).__name__, "templates hold values, conditions and loops, nothing else"
        )
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise TemplateFault(file, f"| {node.name}", f"unknown filter; known are {', '.join(sorted(FILTERS))}")
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        _resolve(node, file, known)
        return
    if isinstance(node, nodes.For):
        _check_loop(node, file, known, depth)
        return
    for child in node.iter_child_nodes():
        _check(child, file, known, depth)


def _check_loop(node: nodes.For, file: str, known: dict[str, Any], depth: int) -> None:
    if depth >= MOST_NESTED_LOOPS or node.recursive or not isinstance(node.target, nodes.Name):
        raise TemplateFault(
            file, "for", f"loops may stand in one another {MOST_NESTED_LOOPS} deep, with one name each"
        )
    over = _resolve(node.iter, file, known)
    if not isinstance(over, list):
        raise TemplateFault(file, f"for {node.target.name}", "this is no list")
    inner = {**known, node.target.name: over[0], "loop": dict.fromkeys(LOOP_NAMES, "")}
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        _check(child, file, inner, depth + 1)


def _resolve(node: nodes.Node, file: str, known: Mapping[str, Any]) -> Any:
    """The shape behind a name or a chain of names."""
    if isinstance(node, nodes.Name):
        if node.name not in known:
            raise TemplateFault(file, f"{{{{ {node.name} }}}}", UNKNOWN)
        return known[node.name]
    if isinstance(node, nodes.Getattr):
        group, name = _resolve(node.node, file, known), node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        group, name = _resolve(node.node, file, known), node.arg.value
    else:
        raise TemplateFault(file, type(node).__name__, "write a name, such as {{ case.number }}")
    if isinstance(group, Mapping) and name in group:
        return group[name]
    raise TemplateFault(file, f"{{{{ ….{name} }}}}", UNKNOWN)
