"""Where the money went: amounts under each rule side by side, the graph hop by hop, and the lists to freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from gridcanary.wallets.amounts import coins, short, ticker
from gridcanary.wallets.models import Dossier
from gridcanary.wallets.trace_book import FREEZE, TraceBook
from gridcanary.wallets.trace_graph import NODE_HEIGHT, NODE_WIDTH, Box, Opened, draw, opened_from
from gridcanary.wallets.views.asked import Contents, dossier_context, opened, seen_dossier
from gridcanary.wallets.views.tables import export, filtered_csv
from gridcanary.wallets.words_of_trace import CATEGORIES, ENDS, MEANINGS, RULES, reason, said

ROWS_UNDER_GRAPH = 300


def trace_context(request: HttpRequest, dossier: Dossier, contents: Contents) -> dict[str, Any]:
    """What the page of a trace shows."""
    book = TraceBook.of(contents)
    if book is None:
        return {}
    told, rule = book.told, book.rule(request.GET.get("rule", ""))
    return {
        "told": told,
        "coin": ticker(told["network"]),
        "received": coins(told["received_satoshi"]),
        "rules": [
            {"code": one, "name": said(RULES, one), "meaning": said(MEANINGS, one), "chosen": one == rule}
            for one in book.rules
        ],
        "rule": rule,
        "rule_name": said(RULES, rule),
        "wallets": [{**one, "received": coins(one["received_satoshi"])} for one in told["wallets"]],
        "ends": _ends(book),
        "exposure": [
            {
                **line,
                "category": said(CATEGORIES, line["category"]),
                "amounts": _amounts(book, line["satoshi"]),
            }
            for line in told["exposure"]
        ],
        "freeze": _freeze(book),
        "services": book.services,
        "coinjoins": [
            {**one, "why": reason(one["reason"]), "amounts": _amounts(book, one["satoshi"])}
            for one in told["coinjoins"]
        ],
        "owners": _owners(book),
        "error_rates": told["error_rates"].get("deposit_addresses", []),
        **_graph_context(request, book, rule),
    }


def _amounts(book: TraceBook, satoshi: Mapping[str, int]) -> list[dict[str, str]]:
    """An amount under every rule, each with the rule's name for narrow screens."""
    return [{"name": said(RULES, rule), "coins": coins(satoshi.get(rule, 0))} for rule in book.rules]


def _ends(book: TraceBook) -> dict[str, Any]:
    told = book.told["ends"]
    kinds = [kind for kind in ENDS if any(kind in told[rule] for rule in book.rules)]
    kinds += sorted({kind for rule in book.rules for kind in told[rule]} - set(kinds))
    return {
        "rows": [
            {
                "name": said(ENDS, kind),
                "amounts": _amounts(book, {rule: told[rule].get(kind, 0) for rule in book.rules}),
            }
            for kind in kinds
        ],
        "sums": _amounts(book, {rule: sum(told[rule].values()) for rule in book.rules}),
    }


def _freeze(book: TraceBook) -> list[dict[str, Any]]:
    """The lists by service."""
    groups: dict[str, dict[str, Any]] = {}
    for entry in book.told["freeze"]:
        group = groups.setdefault(
            entry["service"],
            {
                "service": entry["service"],
                "category": said(CATEGORIES, entry["category"]),
                "anchor": f"freeze-{len(groups) + 1}",
                "entries": [],
            },
        )
        group["entries"].append(
            {
                **entry,
                "why": reason(entry["reason"]),
                "amounts": _amounts(book, entry["satoshi"]),
                "unspent": coins(entry["unspent_satoshi"]),
                "case_unspent": coins(entry["case_unspent_satoshi"]),
                "last": entry["last_activity"]["time"][:10],
            }
        )
    return list(groups.values())


def _owners(book: TraceBook) -> list[dict[str, Any]]:
    """Whose addresses are whose by the trace: each with its reason and how sure it is."""
    return [
        {
            "address": name.partition(":")[2],
            "service": node["service"],
            "category": said(CATEGORIES, node["category"]),
            "confidence": node["confidence"],
            "why": reason(node["reason"]),
        }
        for name, node in book.nodes.items()
        if "service" in node
    ]


def _graph_context(request: HttpRequest, book: TraceBook, rule: str) -> dict[str, Any]:
    wanted = opened_from(book, request.GET.getlist("open"), request.GET.getlist("more"), rule)
    drawing = draw(book, wanted)
    lines = [_told_line(book, line.edge, rule) for line in drawing.lines[:ROWS_UNDER_GRAPH]]
    return {
        "drawing": drawing,
        "boxes": [_told_box(book, box) for box in drawing.boxes],
        "node_width": NODE_WIDTH,
        "node_height": NODE_HEIGHT,
        "lines": lines,
        "lines_left": max(0, len(drawing.lines) - ROWS_UNDER_GRAPH),
        "rule_queries": _rule_queries(book, wanted),
    }


def _rule_queries(book: TraceBook, wanted: Opened) -> list[dict[str, Any]]:
    return [
        {"name": said(RULES, one), "query": wanted.with_rule(one), "chosen": one == wanted.rule}
        for one in book.rules
    ]


def _told_box(book: TraceBook, box: Box) -> dict[str, Any]:
    node = book.nodes[box.id]
    name = box.id.partition(":")[2]
    label = book.wallet_name(node["wallet"]) if node["kind"] == "wallet" else node.get("service", "")
    kind = "service" if "service" in node else node["kind"]
    return {
        "box": box,
        "kind": kind,
        "name": short(name),
        "whole": name,
        "label": label,
        "time": node.get("time"),
        "height": node.get("height"),
        "more_y": box.y + NODE_HEIGHT,
    }


def _told_line(book: TraceBook, edge: Any, rule: str) -> dict[str, Any]:
    return {
        "from": edge.start.partition(":")[2],
        "from_kind": book.nodes[edge.start]["kind"],
        "to": edge.end.partition(":")[2],
        "to_kind": book.nodes[edge.end]["kind"],
        "outputs": edge.outputs,
        "worth": coins(edge.satoshi),
        "amounts": _amounts(book, edge.tainted),
        "chosen": coins(edge.tainted.get(rule, 0)),
        "ends": ", ".join(said(ENDS, end) for end in edge.ends),
    }


def _book(dossier: Dossier) -> tuple[TraceBook, Contents]:
    contents = opened(dossier)
    book = TraceBook.of(contents) if contents is not None and dossier.kind == "trace" else None
    if book is None or contents is None:
        raise Http404
    return book, contents


@require_GET
def graph(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """The graph alone, as far as the address says; htmx puts it into the page."""
    dossier = seen_dossier(request, number, ref)
    book, _contents = _book(dossier)
    rule = book.rule(request.GET.get("rule", ""))
    context = dossier_context(request, dossier) | _graph_context(request, book, rule)
    context |= {
        "rules": [{"code": one, "name": said(RULES, one)} for one in book.rules],
        "coin": ticker(dossier.network),
    }
    template = "wallets/_graph.html" if request.headers.get("HX-Request") else "wallets/graph.html"
    return render(request, template, context)


@require_GET
def sankey(request: HttpRequest, number: str, ref: str) -> JsonResponse:
    """The Sankey diagram's numbers under a rule."""
    book, _contents = _book(seen_dossier(request, number, ref))
    rule = book.rule(request.GET.get("rule", ""))
    told = book.told["sankey"]
    edges = [edge for edge in told["edges"] if edge["tainted"].get(rule, 0)]
    used = {edge["from"] for edge in edges} | {edge["to"] for edge in edges}
    nodes = [node for node in told["nodes"] if node["id"] in used]
    at = {node["id"]: number for number, node in enumerate(nodes)}
    return JsonResponse(
        {
            "nodes": [{"kind": node["kind"], "name": _node_name(node)} for node in nodes],
            "links": [
                {"from": at[edge["from"]], "to": at[edge["to"]], "coins": coins(edge["tainted"][rule])}
                | {"value": edge["tainted"][rule] / 1e8}
                for edge in edges
            ],
            "coin": ticker(book.told["network"]),
        }
    )


def _node_name(node: dict[str, Any]) -> str:
    if node["kind"] == "end":
        return said(ENDS, node["name"])
    return short(node["name"]) if node["kind"] == "address" else str(node["name"])


@require_POST
def freeze_list(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """The list of addresses to freeze as CSV, of one service or of all; that it was taken out is recorded."""
    dossier = seen_dossier(request, number, ref)
    _found, contents = _book(dossier)
    service = request.POST.get("service", "")
    name = f"freeze-{slugify(service, allow_unicode=True) or 'all'}"
    return export(
        request,
        dossier,
        f"freeze {service}".strip(),
        name,
        lambda: filtered_csv(contents.raw(FREEZE), "service", service),
    )
