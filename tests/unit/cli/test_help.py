"""`qingyu --help` teaches: every command has a line, a panel, and examples that name it."""

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli.main import build
from deploy.cli.registry import ENTRIES, Entry, flowing, register

PRESENT = [entry for entry in ENTRIES if importlib.util.find_spec(entry.module) is not None]


def helps(entry: Entry) -> dict[str, str]:
    """The help texts of a command, or of each of its subcommands."""
    module = importlib.import_module(entry.module)
    if hasattr(module, "command"):
        return {entry.name: module.command.__doc__ or ""}
    return {
        f"{entry.name} {command.name or command.callback.__name__}": command.help
        or command.callback.__doc__
        or ""
        for command in module.app.registered_commands
    }


class TestHelp:
    def test_shows_every_command_that_exists_and_no_other(self) -> None:
        shown = CliRunner().invoke(build(["--help"]), ["--help"]).output
        for entry in ENTRIES:
            assert (entry.line.split(",")[0].rstrip(".") in shown) == (entry in PRESENT)

    def test_imports_no_command_that_was_not_asked_for(self) -> None:
        program = (
            "import sys; sys.argv = ['qingyu', '--help']\n"
            "from deploy.cli.main import run\n"
            "try: run()\n"
            "except SystemExit: pass\n"
            "slow = {'httpx', 'sqlalchemy', 'aiokafka', 'fastapi', 'numpy', 'pydantic'}\n"
            "print(slow & set(sys.modules), file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert done.stderr == "set()\n"

    @pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: str(entry.name))
    def test_every_command_gives_an_example_of_itself(self, entry: Entry) -> None:
        lines = [line.strip() for text in helps(entry).values() for line in text.splitlines()]
        assert any(line.startswith("$ ") and f"qingyu {entry.name}" in line for line in lines)

    @pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: str(entry.name))
    def test_every_command_can_be_asked_for_help(self, entry: Entry) -> None:
        result = CliRunner().invoke(build([entry.name]), [entry.name, "--help"])
        assert result.exit_code == 0
        assert "qingyu" in result.output


class TestRegister:
    def test_a_name_without_a_module_is_neither_shown_nor_broken(self) -> None:
        missing = Entry(name="nothing", module="deploy.cli.nothing", line="Nothing.", panel="None")
        root = typer.Typer()
        register(root, ["nothing"], [missing])
        register(root, [], [missing])
        assert root.registered_commands == []

    def test_an_error_inside_a_module_is_not_hidden(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "broken_command.py").write_text("import not_there", encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        broken = Entry(name="x", module="broken_command", line="", panel="")
        with pytest.raises(ModuleNotFoundError, match="not_there"):
            register(typer.Typer(), ["x"], [broken])


class TestFlowing:
    def test_joins_lines_except_in_examples(self) -> None:
        assert flowing("one\ntwo\n\n\b\n$ a\n$ b") == "one two\n\n\b\n$ a\n$ b"

    def test_bears_no_text(self) -> None:
        assert flowing(None) == ""


class TestWarnings:
    @pytest.mark.parametrize("words", [[], ["--level", "red"], ["list"]])
    def test_alone_are_the_list(self, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QINGYU_ALERTS_URL", "http://127.0.0.1:1")
        result = CliRunner().invoke(build(["warnings"]), ["warnings", *words])
        assert result.exit_code == 1
        assert "alerts does not answer" in result.output
