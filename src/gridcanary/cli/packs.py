"""``gridcanary packs``: list, check, diff, show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from gridcanary import packs
from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.packs.differences import differences
from gridcanary.packs.references import facts

app = typer.Typer(
    no_args_is_help=True,
    help="Jurisdiction packs: list, check, diff, show. / 规则包：列出、检查、比较、查看。",
)

TEXTS: dict[str, dict[str, Any]] = {
    "zh": {
        "good": "{pack}：{facts} 条法律事实（未核实 {unverified} 条），{measures} 项措施，{documents} 种文书，"
        "{clocks} 个时限，无错误",
        "same": "两者相同",
        "head": "{title}　版本 {version}　摘要 {digest}",
        "below": "在 {extends} 之上，替换或移除：{overrides}",
        "unverified": "未核实的条款（{count}/{facts}）",
        "columns": ("条目", "引用", "说明"),
        "added": "新增", "removed": "移除", "changed": "变更",
    },
    "en": {
        "good": "{pack}: {facts} facts of law ({unverified} unverified), {measures} measures, {documents} "
        "documents, {clocks} clocks, no fault",
        "same": "no difference",
        "head": "{title}, version {version}, digest {digest}",
        "below": "laid over {extends}; replaced or removed: {overrides}",
        "unverified": "Unverified provisions ({count} of {facts})",
        "columns": ("entry", "citation", "note"),
        "added": "added", "removed": "removed", "changed": "changed",
    },
}  # fmt: skip

PackName = Annotated[
    str, typer.Argument(help="A pack's name, name@version, or a folder. / 规则包名称、名称@版本或文件夹。")
]


@app.command("list")
def list_command() -> None:
    """List the packs that can be loaded, with their folders. / 列出可用的规则包及所在文件夹。"""
    for one in packs.available():
        typer.echo(f"{one}\t{one.folder}")


@app.command("check")
def check_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Packs by name or folder; all where none is given. / 名称或文件夹，缺省为全部。"),
    ] = None,
) -> None:
    """Check packs and say everything that is wrong, with file, line and field. / 检查规则包，逐条指出错误。"""
    texts = TEXTS[language_of_shell()]
    broken = False
    for name in names or [str(one) for one in packs.available()]:
        try:
            pack = packs.load(_named(name))
        except packs.BrokenPack as error:
            broken = True
            for fault in error.faults:
                typer.echo(str(fault), err=True)
            continue
        every = [fact for _, _, fact in facts(pack.content)]
        typer.echo(
            texts["good"].format(
                pack=f"{pack.id}@{pack.version}",
                facts=len(every),
                unverified=sum(not fact.verified for fact in every),
                measures=len(pack.measures),
                documents=len(pack.documents),
                clocks=len(pack.clocks),
            )
        )
    if broken:
        raise typer.Exit(1)


@app.command("diff", no_args_is_help=True)
def diff_command(
    first: PackName,
    second: PackName,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the differences as JSON. / 以 JSON 输出差异。")
    ] = False,
) -> None:
    """Show what the second pack adds, removes and changes. / 显示第二个规则包新增、移除和变更的内容。"""
    found = differences(packs.load(_named(first)), packs.load(_named(second)))
    if as_json:
        typer.echo(json.dumps([vars(one) for one in found], ensure_ascii=False, indent=1))
        return
    texts = TEXTS[language_of_shell()]
    if not found:
        typer.echo(texts["same"])
    for one in found:
        typer.echo(f"{texts[one.kind]} {one.path}")
        for sign, value in (("-", one.before), ("+", one.after)):
            if value is not None:
                typer.echo(f"  {sign} {_shown(value)}")


@app.command("show", no_args_is_help=True)
def show_command(name: PackName) -> None:
    """Show a pack's version, digest, what it lays over, and every unverified provision. / 查看规则包及未核实条款。"""
    language = language_of_shell()
    texts = TEXTS[language]
    pack = packs.load(_named(name))
    typer.echo(
        texts["head"].format(title=pack.switches.title.of(language), version=pack.version, digest=pack.digest)
    )
    if pack.switches.extends:
        typer.echo(
            texts["below"].format(extends=pack.switches.extends, overrides=", ".join(pack.overrides) or "–")
        )
    every = list(facts(pack.content))
    open_ = [(section, code, fact) for section, code, fact in every if not fact.verified]
    table = Table(title=texts["unverified"].format(count=len(open_), facts=len(every)))
    for column in texts["columns"]:
        table.add_column(column, overflow="fold")
    for section, code, fact in open_:
        note = fact.note or pack.sources[fact.source].note
        table.add_row(
            Styled(f"{section}.{code}"),
            Styled(pack.cite(fact, language)),
            Styled(note.of(language) if note else ""),
        )
    Console().print(table)


def _named(name: str) -> str | Path:
    return Path(name) if Path(name).is_dir() else name


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
