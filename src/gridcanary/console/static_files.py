"""Static files straight from the installed packages, with a version in their address."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage, Storage

PLOTLY_PATH = "plotly/plotly.min.js"


def _plotly_folder() -> Path:
    # find_spec, because importing plotly takes a second and only its JavaScript is wanted.
    spec = importlib.util.find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("plotly is not installed; run: pip install plotly")
    return Path(next(iter(spec.submodule_search_locations))) / "package_data"


class PlotlyFinder(BaseFinder):
    """Finds ``plotly/plotly.min.js``, and nothing else, in the plotly package."""

    def find(self, path: str, *_args: Any, **_kwargs: Any) -> Any:
        """The file's place on disk, or an empty list where it is another path."""
        return str(_plotly_folder() / "plotly.min.js") if path == PLOTLY_PATH else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        """The one file, under the ``plotly`` prefix."""
        storage = FileSystemStorage(location=_plotly_folder())
        storage.prefix = "plotly"  # type: ignore[attr-defined]  # how Django's own finders hand a prefix over
        yield "plotly.min.js", storage


@lru_cache(maxsize=256)
def _version(name: str) -> str:
    place = finders.find(name)
    return f"{Path(place).stat().st_mtime_ns // 1_000_000:x}" if isinstance(place, str) else ""


class VersionedStorage(StaticFilesStorage):
    """Addresses that change when the file does, so that browsers may keep them."""

    def url(self, name: str | None) -> str:
        """The address with ``?v=`` of the file's time."""
        version = _version(name) if name else ""
        return super().url(name) + (f"?v={version}" if version else "")
