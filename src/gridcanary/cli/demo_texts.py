"""What the demonstration says, in both languages."""

from __future__ import annotations

import os

TEXTS = {
    "zh": {
        "simulating": "模拟一个县：用户、台区、天气和隐蔽矿场",
        "load curves": "生成负荷曲线",
        "mines": "布置隐蔽矿场",
        "writing days": "写入日负荷数据",
        "scanning": "扫描疑似挖矿用电",
        "kept": "沿用 {home} 中上次模拟的县（加 --fresh 重新生成）。",
        "simulated": "模拟县已就绪：{customers} 户、{transformers} 个台区、{days} 天，"
        "共 {readings:,} 个读数，用时 {seconds:.1f} 秒。",
        "scanned": "扫描完成：{readings:,} 个读数，用时 {seconds:.1f} 秒；列入清单 {listed} 个。",
        "title": "建议优先现场检查（共 {listed} 个，显示前 {count} 个）",
        "score": "概率 {score:.2f}",
        "kw": "约 {mid:.0f} 千瓦（{low:.0f}～{high:.0f}）",
        "onset": "自 {day} 起",
        "before_data": "早于数据起始日",
        "A": "A 类别不符",
        "B": "B 绕越计量",
        "C": "C 无表私接",
        "D": "D 大户夹带",
        "none": "—",
        "kind_transformer": "台区 {id}",
        "truth": "本县为模拟数据，矿场位置已知。清单命中情况：",
        "length": "检查前几个",
        "right": "其中命中",
        "share": "命中率",
        "found": "查出矿场",
        "opening": "生成各阶段的演示案件",
        "opened": "已生成 {cases} 个处于不同阶段的演示案件，用时 {seconds:.1f} 秒。",
        "login": "演示账号：{username}    密码：{password}",
        "public": "群众举报页面：http://{host}:{port}/zh/report/",
        "serving": "控制台：http://{host}:{port}    （按 Ctrl+C 停止）",
        "busy": "端口 {wanted} 已被占用，改用 {port}。",
        "later": "启动控制台：gridcanary console --home {home} --demo-login",
    },
    "en": {
        "simulating": "Simulating a county: customers, transformers, weather and hidden mines",
        "load curves": "drawing load curves",
        "mines": "hiding mines",
        "writing days": "writing daily readings",
        "scanning": "Scanning for hidden mines",
        "kept": "Using the county simulated earlier in {home} (--fresh makes a new one).",
        "simulated": "County ready: {customers} customers, {transformers} transformers, {days} days, "
        "{readings:,} readings, in {seconds:.1f} s.",
        "scanned": "Scan finished: {readings:,} readings in {seconds:.1f} s; {listed} on the list.",
        "title": "Worth inspecting first (top {count} of {listed})",
        "score": "score {score:.2f}",
        "kw": "about {mid:.0f} kW ({low:.0f} to {high:.0f})",
        "onset": "since {day}",
        "before_data": "since before the data",
        "A": "A wrong class",
        "B": "B by-passed meter",
        "C": "C unmetered tap",
        "D": "D inside a big load",
        "none": "—",
        "kind_transformer": "transformer {id}",
        "truth": "This county is simulated, so its mines are known. What the list finds:",
        "length": "first rows",
        "right": "lead to a mine",
        "share": "hit rate",
        "found": "mines found",
        "opening": "Making cases in every stage",
        "opened": "{cases} cases in different stages made in {seconds:.1f} s.",
        "login": "Login: {username}    password: {password}",
        "public": "Page for the public: http://{host}:{port}/en/report/",
        "serving": "Console: http://{host}:{port}    (Ctrl+C stops it)",
        "busy": "Port {wanted} is in use, serving on {port} instead.",
        "later": "Serve the console with: gridcanary console --home {home} --demo-login",
    },
}

LANGUAGES = tuple(TEXTS)


def language_of_shell() -> str:
    """zh where the shell's locale is Chinese, en otherwise."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def text(language: str, key: str, **values: object) -> str:
    """A sentence of the demonstration with its values filled in."""
    return TEXTS[language][key].format(**values)
