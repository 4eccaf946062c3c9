"""The trace as a page of Markdown in each language, for people and for the file of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gridcanary.chain.explain import render
from gridcanary.chain.networks import NETWORKS, SATOSHI
from gridcanary.chain.trace.report_texts import CATEGORIES, ENDS, LAW, RULES, TEXTS
from gridcanary.contracts.reasons import Reason

_SHOWN = 50


def report(told: Mapping[str, Any], lang: str) -> bytes:
    """The report of a summary; long lists are cut at 50 lines with a pointer to their table.

    Args:
        told: what :func:`~gridcanary.chain.trace.summary.summary` gives.
        lang: ``zh`` or ``en``.
    """
    text, rules = TEXTS[lang], told["rules"]
    coin = NETWORKS[told["network"]].coin
    parts = [
        f"# {text['title']}",
        text["intro"].format(
            wallets=len(told["wallets"]),
            receipts=told["receipts"],
            received=coins(told["received_satoshi"]),
            coin=coin,
            payments=told["payments"],
            height=told["tip"]["height"],
            block=told["tip"]["block"],
        ),
        text["unit"].format(coin=coin),
        _ends(told, lang),
        _exposure(told, lang),
        _freeze(told, lang),
        f"## {text['rules']}\n\n"
        + "\n".join(f"- **{RULES[lang][rule]}**: {LAW[lang][rule]}" for rule in rules),
        f"{text['law']}",
        _errors(told["error_rates"], lang),
        f"## {text['limits']}\n\n{text['limits_text']}",
    ]
    return ("\n\n".join(parts) + "\n").encode()


def coins(satoshi: int) -> str:
    """Satoshi in coins with all eight decimals."""
    return f"{Decimal(satoshi) / SATOSHI:,.8f}"


def table(header: Sequence[str], rows: Sequence[Sequence[object]], numbers: int) -> str:
    """A table of Markdown, the last columns aligned to the right."""
    marks = ["---"] * (len(header) - numbers) + ["---:"] * numbers
    lines = [header, marks, *rows]
    return "\n".join("| " + " | ".join(_cell(one) for one in line) + " |" for line in lines)


def _cell(content: object) -> str:
    return str(content).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ").replace("\r", " ")


def _amounts(satoshi: Mapping[str, int], rules: Sequence[str]) -> list[str]:
    return [coins(satoshi.get(rule, 0)) for rule in rules]


def _ends(told: Mapping[str, Any], lang: str) -> str:
    rules, names = told["rules"], ENDS[lang]
    kinds = [kind for kind in names if any(kind in told["ends"][rule] for rule in rules)]
    rows = [
        [names[kind], *(coins(told["ends"][rule].get(kind, 0)) for rule in rules)]
        for kind in kinds
    ]  # fmt: skip
    rows.append([TEXTS[lang]["sum"], *(coins(sum(told["ends"][rule].values())) for rule in rules)])
    header = [TEXTS[lang]["end"], *(RULES[lang][rule] for rule in rules)]
    return f"## {TEXTS[lang]['ends']}\n\n{TEXTS[lang]['ends_text']}\n\n{table(header, rows, len(rules))}"


def _exposure(told: Mapping[str, Any], lang: str) -> str:
    text, rules = TEXTS[lang], told["rules"]
    rows = [
        [
            line["service"],
            category(line["category"], lang),
            text["direct"] if line["direct"] else text["indirect"],
            line["confidence"],
            *_amounts(line["satoshi"], rules),
        ]
        for line in told["exposure"]
    ]
    header = [text["service"], text["category"], text["way"], text["confidence"]]
    return _section(text, "exposure", [*header, *(RULES[lang][r] for r in rules)], rows, len(rules) + 1)


def _freeze(told: Mapping[str, Any], lang: str) -> str:
    text, rules = TEXTS[lang], told["rules"]
    rows = []
    for entry in told["freeze"]:
        unspent = entry["unspent_satoshi"]
        why = render(Reason(entry["reason"]["code"], entry["reason"]["params"]), lang)
        facts = [entry["service"], f"`{entry['address']}`", f"{why} ({entry['confidence']} %)"]
        held = [text["not_asked"] if unspent is None else coins(unspent)]
        amounts = _amounts(entry["satoshi"], rules)
        rows.append([*facts, entry["last_activity"]["time"], *amounts, *held])
    header = [text["service"], text["address"], text["why"], text["last"]]
    columns = [*header, *(RULES[lang][rule] for rule in rules), text["unspent"]]
    return _section(text, "freeze", columns, rows, len(rules) + 1)


def _section(
    text: Mapping[str, str], name: str, header: Sequence[str], rows: list[list[Any]], numbers: int
) -> str:
    body = table(header, rows[:_SHOWN], numbers) if rows else text["none"]
    more = f"\n\n{text['more'].format(count=len(rows) - _SHOWN, table=f'tables/{name}.csv')}"
    return f"## {text[name]}\n\n{text[name + '_text']}\n\n{body}" + (more if len(rows) > _SHOWN else "")


def _errors(rates: Mapping[str, Any], lang: str) -> str:
    text = TEXTS[lang]
    rows = [
        [one["title"][lang], one["true"], one["reached"], one["found"], one["found"] - one["right"]]
        for one in rates["deposit_addresses"]
    ]
    header = [text[name] for name in ("truth", "true", "reached", "found", "wrong")]
    return f"## {text['errors']}\n\n{text['errors_text']}\n\n{table(header, rows, 4)}"


def category(name: str, lang: str) -> str:
    """A category in words, as labels name it where there are none."""
    return CATEGORIES[lang].get(name, name)
