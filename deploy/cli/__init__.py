"""The `qingyu` command.

Every command lives in its own module here and is named once in `registry.py`, with the line that
`qingyu --help` shows for it. The module is imported only when its command is used, so that the
help stays fast; a name whose module does not exist is not shown. A module offers one of

* `app`: a `typer.Typer` with subcommands (`qingyu key create`), or
* `command`: a typed function, for a command without subcommands (`qingyu up`).

Commands that talk to a running system take their options and their client from `client.py`:

    from deploy.cli.client import DataDir, Key, connect

    def command(data_dir: DataDir = None, key: Key = None) -> None:
        with connect(data_dir, key) as api:
            page = api.get("alerts", "/v1/warnings", params={"state": "open"})

Docstrings become the help: a first sentence that says what the command is for, then examples in
the form `$ qingyu ...`, one a line, each paragraph starting with `\b` to keep its line breaks.
"""
