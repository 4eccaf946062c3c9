"""The conversation that a receipt opens."""

from __future__ import annotations

import base64
import binascii
import json
import time

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gridcanary.accounts.encryption import key_ring
from gridcanary.accounts.key_ring import Tampered, UnknownKey
from gridcanary.accounts.uploads import UploadRefused
from gridcanary.public.pages import public_page
from gridcanary.tips.actions.conversation import (
    MessageRefused,
    add_message,
    mark_read_by_reporter,
    note_receipt,
)
from gridcanary.tips.files import ACCEPT, examined
from gridcanary.tips.limits import MOST_FILE_BYTES, MOST_FILES, MOST_TEXT, TooOften, take
from gridcanary.tips.models import Tip
from gridcanary.tips.pages import own_frame
from gridcanary.tips.queries import (
    OPEN_DAYS,
    conversation,
    decided_by,
    is_open_to_reporter,
    leaf_of,
    lines,
    steps,
    tip_by_receipt,
)
from gridcanary.tips.receipts import normalised
from gridcanary.tips.uploads_in_memory import MemoryHandler

TICKET_SECONDS = 1800
TICKET_PLACE = "tips.ticket"


@public_page(keep=False)
def answer(request: HttpRequest) -> HttpResponse:
    """Ask for a receipt, and show what became of the tip that it opens."""
    if request.method != "POST":
        framed = own_frame({"lines": lines()})
        del framed["languages_here"]
        return render(request, "tips/answer.html", framed)
    typed = request.POST.get("receipt", "")
    number = normalised(typed)
    if number is None:
        why = _("A receipt has 16 digits, and these do not fit together. Compare them with your note.")
        return _asked_again(request, why)
    try:
        take(request, "tip_receipt", "tip_receipt_all")
    except TooOften as error:
        return _asked_again(request, "", wait=error.seconds)
    tip = tip_by_receipt(number)
    if tip is None:
        return _asked_again(request, _("No report has this receipt. Compare it with your note."))
    if not tip.receipt_repeated:
        note_receipt(tip)
    return _shown(request, tip)


@public_page(keep=False)
def add(request: HttpRequest) -> HttpResponse:
    """Add a message or files to a tip that was opened within the last half hour."""
    if request.method == "POST":
        request.upload_handlers = [MemoryHandler(request)]
    tip = _tip_of_ticket(request.POST.get("ticket", ""))
    if tip is None:
        return _asked_again(request, _("You were away for more than half an hour. Type the receipt again."))
    text = request.POST.get("text", "")
    came = [one for one in request.FILES.getlist("files") if isinstance(one, UploadedFile)]
    try:
        if len(came) > MOST_FILES:
            raise UploadRefused(_("Send at most %(most)s files.") % {"most": MOST_FILES})
        files = [examined(one, one.size or 0) for one in came]
        if request.POST.get("strip"):
            files = [file.stripped() for file in files]
        take(request, "tip_worked")
        add_message(tip, text, files)
    except (UploadRefused, MessageRefused) as error:
        return _shown(request, tip, why=str(error), text=text)
    except TooOften as error:
        return _shown(request, tip, wait=error.seconds, text=text)
    return _shown(request, tip, is_added=True)


def _shown(
    request: HttpRequest, tip: Tip, *, why: str = "", text: str = "", wait: int = 0, is_added: bool = False
) -> HttpResponse:
    said = conversation(tip)
    mark_read_by_reporter(tip)
    context = {
        "tip": tip,
        "steps": steps(tip),
        "said": said,
        "ticket": _ticket_of(tip),
        "is_open": is_open_to_reporter(tip),
        "open_days": OPEN_DAYS,
        "until": decided_by(tip.received_on),
        "files": tip.attachments.count(),
        "leaf": leaf_of(tip),
        "lines": lines(),
        "why": why,
        "text": text,
        "wait": wait,
        "is_added": is_added,
        "accept": ACCEPT,
        "most_files": MOST_FILES,
        "most_mb": MOST_FILE_BYTES >> 20,
        "most_text": MOST_TEXT,
    }
    status = 429 if wait else 422 if why else 200
    return render(request, "tips/conversation.html", own_frame(context), status=status)


def _asked_again(request: HttpRequest, why: str, *, wait: int = 0) -> HttpResponse:
    context = own_frame({"lines": lines(), "why": why, "wait": wait})
    response = render(request, "tips/answer.html", context, status=429 if wait else 422)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _ticket_of(tip: Tip) -> str:
    """What the page carries in the place of the receipt: it opens the one tip for half an hour."""
    plain = json.dumps([tip.pk, int(time.time())]).encode()
    key, sealed = key_ring().encrypt(plain, TICKET_PLACE)
    return f"{key}.{base64.urlsafe_b64encode(sealed).decode()}"


def _tip_of_ticket(text: str) -> Tip | None:
    key, _point, body = text.partition(".")
    try:
        sealed = base64.b64decode(body, altchars=b"-_", validate=True)
        number, issued = json.loads(key_ring().decrypt(key, sealed, TICKET_PLACE))
    except (ValueError, binascii.Error, Tampered, UnknownKey):
        return None
    if not 0 <= time.time() - issued <= TICKET_SECONDS:
        return None
    return Tip.objects.select_related("unit", "event").filter(pk=number).first()
