"""The console in a process of its own, for ``casework_crowd``: what ``gridcanary console`` does after preparing.

python benchmarks/casework_served.py PORT    the workspace is GRIDCANARY_HOME
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gridcanary.cli.console import open_workspace, serve

if __name__ == "__main__":
    open_workspace(Path(os.environ["GRIDCANARY_HOME"]))
    serve("127.0.0.1", int(sys.argv[1]))
