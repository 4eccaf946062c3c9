"""``gridcanary power``: import, scan, fit."""

from __future__ import annotations

import typer

from gridcanary.cli import power_fit, power_import, power_scan

app = typer.Typer(no_args_is_help=True, help="Load curves: import, scan, fit. / 负荷曲线：导入、扫描、拟合。")
power_import.register(app)
power_scan.register(app)
power_fit.register(app)
