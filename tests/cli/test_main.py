from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from gridcanary import __version__
from gridcanary.cli.main import SpokenErrors, app
from gridcanary.contracts.errors import InputError


def test_version() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.strip() == __version__


@pytest.mark.parametrize("group", ["power", "demo", "console", "user"])
def test_every_group_explains_itself(group: str) -> None:
    result = CliRunner().invoke(app, [group, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def failing(error: Exception) -> typer.Typer:
    """A command that fails with the given error."""
    program = typer.Typer(cls=SpokenErrors)

    @program.command()
    def read() -> None:
        raise error

    @program.command()
    def other() -> None:
        return None

    return program


def test_an_error_of_the_input_is_one_line_and_code_2() -> None:
    error = InputError("curves.csv", "not a number", row=7, column="P12", remedy="mend the value")
    result = CliRunner().invoke(failing(error), ["read"])
    assert result.exit_code == 2
    assert result.stderr == "gridcanary: curves.csv, row 7, column P12: not a number (mend the value)\n"
    assert result.stdout == ""


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    result = CliRunner().invoke(failing(ZeroDivisionError("a fault")), ["read"])
    assert isinstance(result.exception, ZeroDivisionError)
