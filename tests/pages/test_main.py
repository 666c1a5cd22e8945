"""`python -m pages …`: each command is where the list of commands says."""

import pytest

from pages.__main__ import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_its_usage_in_chinese(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[command][1] in capsys.readouterr().out
