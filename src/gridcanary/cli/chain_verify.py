"""``gridcanary chain verify``: a dossier checked offline, every number computed again."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from gridcanary.chain.dossier import Verdict, verify_dossier
from gridcanary.chain.kinds import KINDS
from gridcanary.cli.demo_texts import language_of_shell

REFUSED = 1
"""Exit code for a dossier that doesn't hold."""

TEXTS = {
    "zh": {
        "holds": "卷宗成立：{files:,} 个文件，{transactions:,} 笔交易，{headers:,} 个区块头，"
        "重新计算 {recomputed:,} 个表和报告，全部一致。",
        "work": "区块头累计工作量 2^{work:.1f} 次哈希。",
        "told": "其中 {count:,} 个被花费输出由制作卷宗者陈述（取自节点撤销数据或未收入本卷宗的区块），本卷宗不能证明。",
        "seal": "封印 {seal}",
        "seal_unchecked": "封印 {seal}（未与另行记录的封印核对；核对请用 --seal）",
        "refused": "卷宗不成立，{count:,} 处不符：",
        "not_recomputed": "证据已被改动，未重新计算数字。",
        "version": "由 gridcanary {written} 写成，以 {checked} 复核。",
        "limits": "复核证明所列交易在链上、数字由其得出；不能证明没有遗漏交易，也不能证明价格和标签属实。",
    },
    "en": {
        "holds": "The dossier holds: {files:,} files, {transactions:,} transactions, {headers:,} headers; "
        "{recomputed:,} tables and reports computed again, all alike.",
        "work": "The headers stand for 2^{work:.1f} hashes.",
        "told": "{count:,} spent outputs are told by the dossier's maker (from undo data, or blocks that it lacks); "
        "nothing here proves them.",
        "seal": "Seal {seal}",
        "seal_unchecked": "Seal {seal} (not compared with one that was written down elsewhere; --seal does)",
        "refused": "The dossier doesn't hold; {count:,} faults:",
        "not_recomputed": "The evidence itself was changed, so the numbers were not computed again.",
        "version": "Written by gridcanary {written}, checked by {checked}.",
        "limits": "This proves that the transactions stand in the chain and that the numbers follow from them; not "
        "that no transaction is missing, nor that prices and labels are true.",
    },
}


def register(app: typer.Typer) -> None:
    """Add the ``verify`` command to the chain group."""
    app.command("verify", no_args_is_help=True)(verify)


def verify(
    dossier: Annotated[Path, typer.Argument(help="The dossier's folder. / 卷宗目录。")],
    seal: Annotated[
        str | None,
        typer.Option(
            help="The seal that was written down when the dossier was made. / 生成卷宗时另行记录的封印。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check a dossier offline: digests, txids, branches, work, every number. / 离线复核卷宗，任何一字节改动都会指出。

    Exit code 1 where anything differs; each fault is named by file and line, record or field.

    Example: gridcanary chain verify case-7 --seal 34d773ee…
    """
    texts = TEXTS[language_of_shell()]
    verdict = verify_dossier(dossier, KINDS, seal=seal)
    for line in _lines(verdict, texts, sealed_elsewhere=seal is not None):
        typer.echo(line)
    if not verdict.holds:
        raise typer.Exit(REFUSED)


def _lines(verdict: Verdict, texts: dict[str, str], *, sealed_elsewhere: bool) -> list[str]:
    lines = []
    if verdict.holds:
        lines.append(
            texts["holds"].format(
                files=verdict.files,
                transactions=verdict.transactions,
                headers=verdict.headers,
                recomputed=verdict.recomputed,
            )
        )
        lines.append(texts["work"].format(work=math.log2(verdict.work) if verdict.work else 0))
        if verdict.told_outputs:
            lines.append(texts["told"].format(count=verdict.told_outputs))
        lines.append(texts["limits"])
    else:
        lines.append(texts["refused"].format(count=len(verdict.faults)))
        lines += [f"  {fault}" for fault in verdict.faults]
        if not verdict.recomputed:
            lines.append(texts["not_recomputed"])
    if verdict.written_by and verdict.written_by != verdict.checked_by:
        lines.append(texts["version"].format(written=verdict.written_by, checked=verdict.checked_by))
    lines.append(texts["seal" if sealed_elsewhere else "seal_unchecked"].format(seal=verdict.seal))
    return lines
