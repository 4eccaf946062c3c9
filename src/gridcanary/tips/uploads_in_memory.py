"""Uploads of the public pages stay in memory, so that nothing of them lies in a temporary file in clear."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from gridcanary.tips.limits import MOST_FILE_BYTES, MOST_REQUEST_BYTES


class MemoryHandler(FileUploadHandler):
    """Keeps files in memory up to the limits; of what is larger only the size is kept. Names are dropped at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held = 0
        self._file = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._file = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or only count it where there is too much."""
        fits = start + len(raw_data) <= MOST_FILE_BYTES and self._held + len(raw_data) <= MOST_REQUEST_BYTES
        if fits:
            self._file.write(raw_data)
            self._held += len(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """The file, under a name of ours. What did not fit has its size and nothing else."""
        whole = self._file.tell() == file_size
        size = file_size if whole else max(file_size, MOST_FILE_BYTES + 1)
        self._file.seek(0)
        return InMemoryUploadedFile(
            file=self._file if whole else io.BytesIO(),
            field_name=self.field_name,
            name="file",
            content_type="application/octet-stream",
            size=size,
            charset=None,
        )
