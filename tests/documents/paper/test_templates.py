"""Templates: what they may say, how they are filled, and what is told when they can't be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.documents.paper import TemplateFault, check_template, fill, names_used, read_paper
from tests.documents.paper.made import docx

SHAPE = {"facts": "", "case": {"number": ""}, "devices": [{"model": "", "parts": [{"name": ""}]}]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{ facts }} {{ case.number }}", id="values"),
        pytest.param("{% for one in devices %}{{ loop.index }} {{ one.model }}{% endfor %}", id="loop"),
        pytest.param(
            "{% for a in devices %}{% for b in a.parts %}{{ b.name }}{% endfor %}{% endfor %}", id="two loops"
        ),
        pytest.param("{% if facts and not case.number %}x{% endif %}", id="condition"),
        pytest.param("{{ facts | default('-') | upper }}", id="filters"),
    ],
)
def test_what_templates_may_say(text: str) -> None:
    check_template(docx(text), "own.docx", SHAPE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("{{ secret }}", r"own.docx, \{\{ secret \}\}: unknown name", id="unknown name"),
        pytest.param("{{ case.owner.password }}", "unknown name", id="unknown part"),
        pytest.param("{{ facts.__class__.__mro__ }}", "unknown name", id="inside of Python"),
        pytest.param("{{ case['__class__'] }}", "unknown name", id="inside of Python by brackets"),
        pytest.param("{{ case[facts] }}", "Getitem", id="computed name"),
        pytest.param("{{ facts.format(case) }}", "Call", id="call"),
        pytest.param("{{ ''.join(devices) }}", "Call", id="call of a constant"),
        pytest.param("{{ 'a' * 999999999 }}", "Mul", id="long text"),
        pytest.param("{{ 9 ** 9 ** 9 }}", "Pow", id="large number"),
        pytest.param("{{ facts | attr('x') }}", r"\| attr: unknown filter", id="filter that reaches in"),
        pytest.param("{{ facts | center(999999999) }}", r"\| center: unknown filter", id="filter that grows"),
        pytest.param("{% include '/etc/passwd' %}", "Include", id="include"),
        pytest.param("{% import 'os' as os %}", "Import", id="import"),
        pytest.param("{% set x = 1 %}", "Assign", id="set"),
        pytest.param("{% macro m() %}{% endmacro %}", "Macro", id="macro"),
        pytest.param("{% for x in facts %}{% endfor %}", "no list", id="loop over a text"),
        pytest.param(
            "{% for a in devices %}{% for b in devices %}{% for c in devices %}x{% endfor %}{% endfor %}{% endfor %}",
            "2 deep",
            id="three loops",
        ),
        pytest.param("{% for x in devices recursive %}{% endfor %}", "2 deep", id="recursion"),
        pytest.param("{{r facts }}", "not allowed", id="raw XML"),
        pytest.param("{% if facts %}never closed", "own.docx", id="not closed"),
        pytest.param("{{ facts ", "own.docx", id="half a tag"),
    ],
)
def test_what_templates_may_not_say(text: str, told: str) -> None:
    with pytest.raises(TemplateFault, match=told):
        check_template(docx(text), "own.docx", SHAPE)


def test_tags_outside_the_text_are_refused() -> None:
    sneaky = docx("a", docProps__core_DOT_xml="<x>{{ facts.__class__ }}</x>")
    with pytest.raises(TemplateFault, match=r"docProps/core\.xml"):
        check_template(sneaky, "own.docx", SHAPE)


def test_names_come_in_the_order_of_the_text() -> None:
    text = docx(
        "{{ facts }}", "{% for one in devices %}{{ one.model }}{% endfor %}", "{{ case.number }} {{ facts }}"
    )
    assert names_used(text, "own.docx") == ["facts", "devices", "case"]


def test_a_missing_value_is_told_with_file_and_tag() -> None:
    with pytest.raises(TemplateFault, match=r"own.docx, \{\{ facts \}\}: 'facts' is undefined"):
        fill(docx("您好 {{ facts }}"), {}, "own.docx")


def test_the_same_values_give_the_same_bytes() -> None:
    assert fill(docx("{{ facts }}"), {"facts": "甲"}, "a") == fill(docx("{{ facts }}"), {"facts": "甲"}, "a")


TEXTS = st.text(alphabet=st.sampled_from("#$*_<>&\\\"'`@[]{}%=/~^|:;-+甲乙 \nA1"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(value=TEXTS)
def test_a_value_stands_on_the_paper_as_it_was_written(value: str) -> None:
    content = fill(docx("起{{ facts }}止"), {"facts": value}, "own.docx")
    assert read_paper(content, "own.docx").text == f"起{value}止"


@settings(max_examples=60, deadline=None)
@given(value=st.text(max_size=40))
def test_no_text_breaks_the_file(value: str) -> None:
    text = read_paper(fill(docx("起{{ facts }}止"), {"facts": value}, "own.docx"), "own.docx").text
    assert text.startswith("起")
    assert text.endswith("止")


def test_a_value_is_never_a_template() -> None:
    content = fill(docx("{{ facts }}"), {"facts": "{{ 7 * 7 }}{% for x in y %}"}, "own.docx")
    assert read_paper(content, "own.docx").text == "{{ 7 * 7 }}{% for x in y %}"
