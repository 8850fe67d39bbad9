"""Commands called in this process: what they print, and the message of an error as printed."""

import re

import pytest
import typer
from typer.testing import CliRunner

from lingap.cli.advice import called, in_terms_of
from lingap.errors import LingapError


def run(app, *arguments):
    """Standard output and error of a command; a user's error is raised."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def refused(app, *arguments, match):
    """Hold the message of an error, as ``lingap`` prints it, to a pattern."""
    with pytest.raises(LingapError) as caught:
        run(app, *arguments)
    command = called(typer.main.get_command(app), [str(arguments[0])])
    message = in_terms_of(command, str(caught.value))
    assert re.search(match, message), message
