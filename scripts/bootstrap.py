"""Makes the virtual environment of this checkout; needs nothing but a Python of version 3.11 or later.

    python3 scripts/bootstrap.py run     what the product needs
    python3 scripts/bootstrap.py dev     that, and what the tests and checks need

Packages come from requirements/<name>.txt with their hashes. A stamp in the environment remembers what was
installed, so a second call returns at once. uv is used where it is on the PATH, because it is faster.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
KINDS = ("run", "dev", "bench", "spark", "postgres")
NO_ENSUREPIP = """\
This Python cannot make virtual environments: the module ensurepip is missing.
On Debian or Ubuntu, install it with:

    sudo apt-get install python3-venv

and run the command again."""


def main(arguments: list[str]) -> int:
    """Installs the kinds of requirements named in arguments; returns the exit code."""
    if sys.version_info[:2] < OLDEST:
        return complain(
            f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {sys.version.split()[0]}"
        )
    kinds = arguments or ["run"]
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        return complain(f"unknown kind of requirements: {', '.join(unknown)} (known: {', '.join(KINDS)})")
    for kind in kinds:
        if not installed(kind):
            code = install(kind)
            if code:
                return code
    return 0


def installed(kind: str) -> bool:
    """Whether the environment already holds this kind, in this version of the lock."""
    stamp = stamp_of(kind)
    return venv_python().exists() and stamp.exists() and stamp.read_text("utf-8") == digest(kind)


def install(kind: str) -> int:
    """Makes the environment where needed, installs one kind of requirements and this project in it."""
    uv = shutil.which("uv")
    if not venv_python().exists():
        code = make_environment(uv)
        if code:
            return code
    say(f"Installing the packages of requirements/{kind}.txt …")
    pip = [uv, "pip"] if uv else [str(venv_python()), "-m", "pip"]
    target = ["--python", str(venv_python())] if uv else []
    quiet = ["--quiet"]
    lock = str(ROOT / "requirements" / f"{kind}.txt")
    for command in (
        [*pip, "install", *quiet, *target, "--require-hashes", "-r", lock],
        [*pip, "install", *quiet, *target, "--no-deps", "-e", str(ROOT)],
    ):
        code = call(command)
        if code:
            return complain("the installation failed; the lines above say why")
    stamp_of(kind).write_text(digest(kind), "utf-8")
    return 0


def make_environment(uv: str | None) -> int:
    """Makes .venv with the Python that runs this script."""
    say(f"Making the virtual environment .venv with Python {sys.version.split()[0]} …")
    if uv:
        return call([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return complain(NO_ENSUREPIP)
    return call([sys.executable, "-m", "venv", str(VENV)])


def digest(kind: str) -> str:
    """What the stamp of one kind should say: the lock, the project's metadata, and the interpreter."""
    whole = hashlib.sha256()
    for path in (ROOT / "requirements" / f"{kind}.txt", ROOT / "pyproject.toml"):
        whole.update(path.read_bytes())
    whole.update(sys.version.encode())
    return whole.hexdigest()


def stamp_of(kind: str) -> Path:
    """The file that remembers what was installed."""
    return VENV / f"gridcanary-{kind}.stamp"


def venv_python() -> Path:
    """The interpreter inside the environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def call(command: list[str]) -> int:
    """Runs a command without questions; returns its exit code."""
    settings = dict(
        os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_ROOT_USER_ACTION="ignore"
    )
    return subprocess.run(command, env=settings, stdin=subprocess.DEVNULL, check=False).returncode


def say(line: str) -> None:
    """Tells the person at the keyboard what takes time."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> int:
    """Says what is wrong; returns the exit code for it."""
    sys.stderr.write(line + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
