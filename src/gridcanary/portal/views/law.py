"""What the law says, in plain words, with source and date."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridcanary.casework import law as law_book
from gridcanary.public.pages import public_page
from gridcanary.tips.queries import lines


@public_page()
def law(request: HttpRequest) -> HttpResponse:
    """Questions and answers of this installation's pack that hold today."""
    pack, language = law_book.pack_for_new_cases(), law_book.language()
    today = timezone.localdate()
    answers: list[dict[str, Any]] = []
    for code, one in pack.content.explainers.items():
        if not one.in_force(today):
            continue
        source = pack.content.sources[one.source]
        answers.append(
            {
                "code": code,
                "question": pack.text(one.question, language),
                "answer": pack.text(one.answer, language),
                "article": one.article,
                "since": one.valid_from,
                "verified": one.verified,
                "source": pack.text(source.title, language),
                "number": source.number or "",
                "url": source.url or "",
                "note": pack.text(one.note, language) if one.note else "",
            }
        )
    context = {"answers": answers, "pack": pack, "lines": lines(), "here": "law"}
    return render(request, "portal/law.html", context)
