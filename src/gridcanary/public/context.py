"""What every template may ask about the page it is part of."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from gridcanary.public.pages import LANGUAGES


def page_languages(request: HttpRequest) -> dict[str, Any]:
    """The language in the address, and the same address in every language.

    Returns:
        ``lang`` (``zh`` or ``en``) and ``other_languages``: short name, BCP 47 code, address.
    """
    current = next((short for short, code in LANGUAGES.items() if code == get_language()), "zh")
    head, _slash, rest = request.path.lstrip("/").partition("/")
    if head not in LANGUAGES:
        return {"lang": current}
    tongues = [(short, TAGS[short], f"/{short}/{rest}") for short in LANGUAGES]
    return {"lang": head, "languages_here": tongues}


TAGS = {"zh": "zh-CN", "en": "en"}
"""What the ``lang`` attribute of a page says."""
