"""A report from its questions to its receipt. Nothing is signed in, nothing is kept in the browser but the page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from gridcanary.accounts.uploads import UploadRefused
from gridcanary.casework import law
from gridcanary.public.pages import public_page
from gridcanary.tips.actions.conversation import note_receipt
from gridcanary.tips.actions.drafts import (
    Draft,
    begin_draft,
    forget_old_drafts,
    is_room_for_files,
    open_draft,
    write_draft,
)
from gridcanary.tips.actions.sending import DraftGone, send_tip
from gridcanary.tips.files import NewFile, examined
from gridcanary.tips.forms import ReportForm
from gridcanary.tips.limits import MOST_FILES, TooOften, take
from gridcanary.tips.models import Tip
from gridcanary.tips.pages import answers_shown, files_shown, form_context, own_frame
from gridcanary.tips.proof_of_work import challenge, is_solved
from gridcanary.tips.queries import (
    decided_by,
    feedback_days,
    leaf_of,
    lines,
    receiving_unit,
    tip_by_receipt,
)
from gridcanary.tips.receipts import grouped, normalised
from gridcanary.tips.uploads_in_memory import MemoryHandler


@public_page(keep=False)
def report(request: HttpRequest) -> HttpResponse:
    """The five questions; what they were answered with comes back as the page that asks to check it."""
    if receiving_unit() is None:
        return render(request, "tips/closed.html", own_frame({"lines": lines()}), status=503)
    if request.method != "POST":
        context = form_context(ReportForm(), [], "", county=request.GET.get("county", ""))
        return render(request, "tips/report.html", context)
    forget_old_drafts()
    request.upload_handlers = [MemoryHandler(request)]
    draft = open_draft(request.POST.get("token", "")) or begin_draft()
    form = ReportForm(request.POST)
    form.full_clean()
    drop = {int(number) for number in request.POST.getlist("drop") if number.isdecimal()}
    files, refusals = _files(request, draft, drop)
    answers = {name: request.POST.getlist(name) for name in form.fields if name in request.POST}
    write_draft(draft, answers, add=files, drop=drop)
    if refusals or not form.is_valid():
        return _questions(request, draft, form, refusals)
    return _check(request, draft, form)


@public_page(keep=False)
def change(request: HttpRequest) -> HttpResponse:
    """Back from the check page to the questions, filled in as they were."""
    draft = open_draft(request.POST.get("token", "")) if request.method == "POST" else None
    if draft is None:
        return _too_old(request)
    form = ReportForm(MultiValueDict(draft.answers()))
    return _questions(request, draft, form, [], fresh=True)


@public_page(keep=False)
def send(request: HttpRequest) -> HttpResponse:
    """Send what was checked, and show the receipt, once."""
    draft = open_draft(request.POST.get("token", "")) if request.method == "POST" else None
    unit = receiving_unit()
    if draft is None or unit is None:
        return _too_old(request)
    form = ReportForm(MultiValueDict(draft.answers()))
    if not form.is_valid():
        return _questions(request, draft, form, [])
    try:
        _take_turn(request, draft)
    except TooOften as error:
        return _check(request, draft, form, wait=error.seconds)
    files = [file for _number, file in draft.files()]
    if request.POST.get("strip"):
        files = [file.stripped() for file in files]
    try:
        sent = send_tip(form.facts(law.language()), files, unit=unit, draft=draft.row)
    except DraftGone:
        return _too_old(request)
    return _confirmation(request, sent.tip, sent.receipt)


@public_page(keep=False)
def receipt(request: HttpRequest) -> HttpResponse:
    """The reporter types the receipt back, or saves it as a text file."""
    shown = normalised(request.POST.get("receipt", ""))
    if request.method != "POST" or shown is None:
        return _too_old(request)
    try:
        take(request, "tip_receipt", "tip_receipt_all")
    except TooOften as error:
        return _wait(request, error.seconds)
    tip = tip_by_receipt(shown)
    if tip is None:
        return _too_old(request)
    if "save" in request.POST:
        return _saved(request, tip, shown)
    typed = normalised(request.POST.get("typed", ""))
    if typed == shown:
        note_receipt(tip)
        return render(
            request, "tips/repeated.html", own_frame({"reference": tip.reference, "lines": lines()})
        )
    return _confirmation(request, tip, shown, wrong=True)


def _files(request: HttpRequest, draft: Draft, drop: set[int]) -> tuple[list[NewFile], list[str]]:
    """Files that came with the form, looked at, and what is wrong with those that are not taken."""
    came: list[UploadedFile[Any]] = [
        one for one in request.FILES.getlist("files") if isinstance(one, UploadedFile)
    ]
    kept = [facts["sha256"] for number, facts in draft.file_facts() if number not in drop]
    if came and not is_room_for_files():
        return [], [
            _(
                "Too many pictures are being sent right now. Send the words now; add pictures later by receipt."
            )
        ]
    files: list[NewFile] = []
    refusals: list[str] = []
    for number, one in enumerate(came, start=1):
        try:
            file = examined(one, one.size or 0)
        except UploadRefused as error:
            refusals.append(_("File %(number)s: %(why)s") % {"number": number, "why": error})
            continue
        if file.sha256 not in kept:
            kept.append(file.sha256)
            files.append(file)
    if len(kept) > MOST_FILES:
        refusals.append(_("Send at most %(most)s files.") % {"most": MOST_FILES})
        files = files[: len(files) - (len(kept) - MOST_FILES)]
    return files, refusals


def _questions(
    request: HttpRequest, draft: Draft, form: ReportForm, refusals: list[str], *, fresh: bool = False
) -> HttpResponse:
    context = form_context(
        form, draft.file_facts(), draft.seal.token, refusals=refusals, show_errors=not fresh
    )
    return render(request, "tips/report.html", context, status=200 if fresh else 422)


def _check(request: HttpRequest, draft: Draft, form: ReportForm, *, wait: int = 0) -> HttpResponse:
    context = own_frame(
        {
            "token": draft.seal.token,
            "questions": answers_shown(form),
            "files": files_shown(draft.file_facts()),
            "strip": form.cleaned_data["strip"],
            "is_named": form.facts("zh").is_named,
            "challenge": challenge(_key(), draft.seal.digest, time.time()),
            "wait": wait,
        }
    )
    response = render(request, "tips/check.html", context, status=429 if wait else 200)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _take_turn(request: HttpRequest, draft: Draft) -> None:
    """A quick turn for who did the work, a slow one for who could not.

    Raises:
        TooOften: wait.
    """
    given, answer = request.POST.get("challenge", ""), request.POST.get("work", "")
    if is_solved(_key(), draft.seal.digest, given, answer, time.time()):
        take(request, "tip_worked")
    else:
        take(request, "tip_plain", "tip_plain_all")


def _key() -> bytes:
    return settings.SECRET_KEY.encode()


def _confirmation(request: HttpRequest, tip: Tip, number: str, *, wrong: bool = False) -> HttpResponse:
    context: Mapping[str, Any] = {
        "receipt": number,
        "grouped": grouped(number),
        "reference": tip.reference,
        "leaf": leaf_of(tip),
        "wrong": wrong,
        "is_named": tip.is_named,
        "until": decided_by(tip.received_on),
        "feedback_days": feedback_days(),
        "lines": lines(),
    }
    return render(request, "tips/sent.html", own_frame(context))


def _saved(request: HttpRequest, tip: Tip, number: str) -> HttpResponse:
    """The receipt as a text file, named so that it says nothing in a list of downloads."""
    context = {"grouped": grouped(number), "reference": tip.reference, "leaf": leaf_of(tip)}
    response = render(request, "tips/receipt.txt", context, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="note.txt"'
    return response


def _too_old(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect("../")
    return render(request, "tips/too_old.html", own_frame({"lines": lines()}), status=410)


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, "tips/wait.html", own_frame({"wait": seconds, "lines": lines()}), status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
