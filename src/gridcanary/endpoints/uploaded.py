"""An uploaded table as a file while it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile


@contextmanager
def as_file(upload: UploadedFile[Any]) -> Iterator[Path]:
    """The upload in a folder of its own that goes away afterwards; its own name goes no further."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.parquet"
        with path.open("wb") as written:
            for chunk in upload.chunks():
                written.write(chunk)
        yield path
