"""Build hook: puts compiled translations into every wheel and editable install, without gettext's tools."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONSOLE = Path("src/gridcanary/console")


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the .po catalogues before the files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Load the compiler alone, because the package's dependencies are not there at build time."""
        console = Path(self.root) / CONSOLE
        spec = importlib.util.spec_from_file_location("catalogues", console / "catalogues.py")
        if spec is None or spec.loader is None:
            raise FileNotFoundError(console / "catalogues.py")
        catalogues = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = catalogues  # dataclasses look their module up there
        spec.loader.exec_module(catalogues)
        catalogues.compile_rooms(console.parent)
