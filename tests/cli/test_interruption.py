"""What a command says when a signal ends it."""

import pytest

from lingap.cli.experiment_progress import _report_interruption


@pytest.mark.parametrize("ended", [KeyboardInterrupt(), SystemExit(143)])
def test_an_interrupted_run_says_that_it_can_go_on(ended, capsys):
    with pytest.raises(type(ended)), _report_interruption():
        raise ended
    assert "Finished work is kept; run it again to resume" in capsys.readouterr().err
