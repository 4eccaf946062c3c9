"""The tab of money: what is owed, what was paid, what is open, and how each amount was reckoned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.casework import law, loop
from gridcanary.casework.clock_view import clock_rows
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.enforcement import calculators, money_view, queries
from gridcanary.enforcement.actions import money as actions
from gridcanary.enforcement.forms import AmountForm, ClaimForm, EntryForm, ItemForm
from gridcanary.enforcement.models import MoneyItem
from gridcanary.enforcement.reckoning import NotReckoned, Reckoned, told

MOMENT = "%Y-%m-%dT%H:%M"


def _item(request: HttpRequest, case: Case, pk: int) -> MoneyItem:
    found = MoneyItem.objects.visible_to(person(request)).select_related("unit", "party", "opened_by")
    return get_object_or_404(found, case=case, pk=pk)


def ledger(request: HttpRequest, number: str) -> HttpResponse:
    """The ledger of a case, and what can be entered."""
    case = seen_case(request, number)
    pack, lang = law.pack_of(case), law.language()
    totals = queries.case_totals(case)
    everything = totals.pop("")
    context = {
        **case_context(request, case, "money"),
        "rows": money_view.item_rows(case, case.money.select_related("unit", "party").order_by("id")),
        "total": everything,
        "totals": [(pack.money[kind].name.of(lang), one) for kind, one in totals.items()],
        "currency": pack.switches.currency,
        "kinds": money_view.kinds(case),
        "may": acting_membership(person(request), case, *actions.KEEPERS) is not None and case.is_open,
    }
    return render(request, "enforcement/money.html", context)


def new_item(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Reckon an amount by a rule of the pack, or enter one that was decided, and put it in the ledger."""
    case = seen_case(request, number)
    pack, lang = law.pack_of(case), law.language()
    if kind not in pack.money:
        raise Http404
    found = pack.money[kind]
    asked = request.POST if request.method == "POST" else request.GET
    rule = str(asked.get("rule", ""))
    if rule and rule not in found.rules:
        raise Http404
    choice = money_view.rule_choice(case, rule) if rule else None
    manual = not rule and asked.get("manual") == "yes"
    calculator = None if manual else calculators.calculator(pack, kind, rule)
    bound = request.POST if request.method == "POST" else None
    wanted = calculator.form if calculator else AmountForm
    part = "penalty" if "penalty" in kind else "charge"  # only what the choice begins with
    numbers = wanted(bound, initial={"part": part, **request.GET.dict()})
    details = ItemForm(bound, case=case, collector=found.collector)
    context = {
        **case_context(request, case, "money"), "kind": kind, "kind_name": found.name.of(lang), "choice": choice,
        "collector": money_view.collector_name(pack, found), "numbers": numbers, "details": details,
        "currency": pack.switches.currency, "calculator": calculator, "manual": manual,
        "others": [one for one in (money_view.rule_choice(case, code) for code in found.rules) if one],
    }  # fmt: skip
    if bound is None:
        return render(request, "enforcement/new_money.html", context)
    return _reckoned(request, case, kind, rule, context)


def _reckoned(
    request: HttpRequest, case: Case, kind: str, rule: str, context: dict[str, Any]
) -> HttpResponse:
    numbers, details, calculator = context["numbers"], context["details"], context["calculator"]
    do = request.POST.get("do")
    if do == "more":  # more rows to fill in; nothing is checked yet
        numbers.errors.clear()
        details.errors.clear()
        return render(request, "enforcement/new_money.html", context)
    save = do == "save"
    ready = numbers.is_valid() and (details.is_valid() or not save)
    if not save:
        details.errors.clear()
    reckoned: Reckoned | None = None
    if ready and calculator:
        try:
            reckoned = calculator.reckon(case, rule, numbers.cleaned_data)
        except NotReckoned as error:
            numbers.add_error(error.field if error.field in numbers.fields else None, str(error))
            ready = False
    if ready and save:
        try:
            item = _saved(request, case, kind, rule, details, reckoned, numbers)
        except CaseRefused as refused:
            details.add_error(None, str(refused))
        else:
            messages.success(request, _("Entered in the ledger."))
            return redirect("enforcement:money_item", number=case.number, pk=item.pk)
    wrong = bool(numbers.errors or (save and details.errors))
    if reckoned:
        context |= {"reckoned": reckoned, "calculation": told(law.pack_of(case), reckoned.stored())}
    return render(request, "enforcement/new_money.html", context, status=400 if wrong else 200)


def _saved(
    request: HttpRequest,
    case: Case,
    kind: str,
    rule: str,
    details: ItemForm,
    reckoned: Reckoned | None,
    numbers: Any,
) -> MoneyItem:
    held = details.cleaned_data
    return actions.open_item(
        person(request),
        case,
        kind,
        held["unit"],
        reckoned.amount if reckoned else numbers.cleaned_data["amount"],
        rule=rule,
        party=held["party"],
        calculation=reckoned.stored() if reckoned else None,
        document=held["document"],
        reason=held["reason"],
    )


def item_page(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One item: balance, how it was reckoned, every movement, what to do next."""
    case = seen_case(request, number)
    return _shown(request, case, _item(request, case, pk))


def _shown(
    request: HttpRequest,
    case: Case,
    item: MoneyItem,
    entry_form: EntryForm | None = None,
    claim_form: ClaimForm | None = None,
    status: int = 200,
) -> HttpResponse:
    pack, user = law.pack_of(case), person(request)
    rule = pack.money[item.kind]
    (row,) = money_view.item_rows(case, [item])
    issued = loop.issued_documents(case)
    clocks = clock_rows(case.clocks.filter(subject=item.subject).select_related("case").order_by("id"))
    late_fee = calculators.late_fee_today(case, item, row.balance)
    initial = {
        "on": timezone.localdate(),
        "kind": "collected",
        "amount": max(row.balance.outstanding, 0) or "",
    }
    context = {
        **case_context(request, case, "money"),
        "row": row,
        "item": item,
        "balance": row.balance,
        "entries": item.entries.select_related("unit", "entered_by").order_by("id"),
        "calculation": told(pack, item.calculation),
        "clocks": clocks,
        "has_clock": bool(rule.due_clock),
        "late_fee": late_fee,
        "late_fee_steps": told(pack, late_fee.reckoned.stored()) if late_fee else {},
        "documents": queries.documents_of(case, rule.documents, issued),
        "may": acting_membership(user, case, *actions.KEEPERS) is not None and case.is_open,
        "entry_form": entry_form or EntryForm(initial=initial),
        "claim_form": claim_form or ClaimForm(initial={"at": timezone.localtime().strftime(MOMENT)}),
    }
    return render(request, "enforcement/money_item.html", context, status=status)


@require_POST
def enter(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Enter a movement."""
    case = seen_case(request, number)
    item = _item(request, case, pk)
    form = EntryForm(request.POST)
    if form.is_valid():
        try:
            actions.enter(person(request), item, form.movement())
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Entered in the ledger."))
            return redirect("enforcement:money_item", number=case.number, pk=item.pk)
    return _shown(request, case, item, entry_form=form, status=400)


@require_POST
def claim(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say when the claim was served."""
    case = seen_case(request, number)
    item = _item(request, case, pk)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return _shown(request, case, item, claim_form=form, status=400)
    return answer(
        request, lambda: actions.claim(person(request), item, form.cleaned_data["at"]), _("Recorded."),
        "enforcement:money_item", number=case.number, pk=item.pk,
    )  # fmt: skip
