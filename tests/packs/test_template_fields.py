"""What a template may say."""

from __future__ import annotations

import pytest

from gridcanary.packs.template_fields import UnreadableTemplate, template_text, unknown_fields
from tests.packs.test_malformed import docx_with

TEXTS = [
    pytest.param("{{ party_name }} {{ case.number }}", [], id="known fields"),
    pytest.param("{{ salary }}", ["salary"], id="an unknown field"),
    pytest.param("{{ case.salary }}", ["case.salary"], id="an unknown part of a known group"),
    pytest.param("{% for d in devices %}{{ d.model }} {{ loop.index }}{% endfor %}", [], id="a list"),
    pytest.param(
        "{% for d in devices %}{{ d.colour }}{% endfor %}", ["d.colour"], id="an unknown part of an element"
    ),
    pytest.param("{% for d in gadgets %}{{ d }}{% endfor %}", ["gadgets"], id="an unknown list"),
    pytest.param(
        "{%tr for d in devices %}{{ d.model }}{%tr endfor %}{{ d.model }}", ["d.model"], id="after the loop"
    ),
    pytest.param(
        "{% for x in devices %}{{ x.model }}{% endfor %}{% for x in money %}{{ x.due }}{{ x.model }}{% endfor %}",
        ["x.model"],
        id="one name for two lists",
    ),
    pytest.param("{%p if attachments and not witness %}x{%p else %}y{%p endif %}", [], id="a condition"),
    pytest.param("{%p if secret %}x{%p endif %}", ["secret"], id="an unknown condition"),
]


@pytest.mark.parametrize(("text", "unknown"), TEXTS)
def test_unknown_fields(text: str, unknown: list[str]) -> None:
    assert unknown_fields(docx_with(text)) == unknown


def test_what_is_no_docx_is_refused() -> None:
    for content in (b"", b"PK", b"<html>"):
        with pytest.raises(UnreadableTemplate):
            template_text(content)
