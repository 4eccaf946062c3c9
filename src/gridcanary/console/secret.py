"""The key that signs sessions: made once, kept beside the data, readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

KEY_FILE = "secret.key"


def secret_key(home: Path) -> str:
    """The installation's secret key.

    Args:
        home: the workspace folder. Where it does not exist yet (a type checker or a test imports the
            settings) the key lasts only as long as the process, and nothing is written.

    Returns:
        The key from GRIDCANARY_SECRET_KEY, else from ``<home>/secret.key``, which is made at the first start.
    """
    from_environment = os.environ.get("GRIDCANARY_SECRET_KEY")
    if from_environment:
        return from_environment
    if not home.is_dir():
        return get_random_secret_key()
    path = home / KEY_FILE
    try:
        # O_EXCL: two processes that start together agree on the key of the one that came first.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = get_random_secret_key()
        file.write(key + "\n")
    return key
