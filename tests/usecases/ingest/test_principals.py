"""A file of principals: applied, applied again, changed, pruned; every mistake with its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import key
from shared.contracts.keys import hash_key
from shared.model.access import Role
from shared.model.condition import DUAL, Measure
from tests.usecases.ingest.parts import House, house
from tests.usecases.ingest.test_cli import typed

FILE = """\
list: plan
principals:
  - name: energy bureau
    role: regulator
    regions: [150000]
    measures: [energy]
    make: true
  - name: works
    role: sender
    scope: [region:150200]
    sha256: {sha256}
"""


def file(plain: str = "their key") -> str:
    return FILE.format(sha256=hash_key(plain))


async def applied(here: House, text: str, status: int = 200, **more: Any) -> dict[str, Any]:
    body = {"filename": "p.yaml", "text": text, **more}
    answer = await here.call("PUT", "/v1/keys/principals", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def tally(done: dict[str, Any]) -> tuple[int, int, int, int]:
    return len(done["added"]), len(done["changed"]), len(done["revoked"]), done["kept"]


async def test_makes_keys_and_lets_in_those_whose_hash_is_stated() -> None:
    async with house() as here:
        done = await applied(here, file())
        (made,) = done["made"]
        bureau = here.parts.keys.principal(made["key"])
        works = here.parts.keys.principal("their key")
        assert bureau is not None
        assert works is not None
        assert (bureau.role, bureau.measures) == (Role.REGULATOR, frozenset({Measure.ENERGY}))
        assert bureau.scope == {"region:150000"}
        assert (works.role, works.measures, works.name) == (Role.SENDER, DUAL, "works")


async def test_applied_again_changes_nothing() -> None:
    async with house() as here:
        before = await applied(here, file())
        again = await applied(here, file())
        assert (tally(again), again["made"]) == ((0, 0, 0, 2), [])
        assert here.parts.keys.principal(before["made"][0]["key"]) is not None


async def test_rights_follow_the_file_and_the_key_stays() -> None:
    async with house() as here:
        plain = (await applied(here, file()))["made"][0]["key"]
        done = await applied(here, file().replace("[energy]", "[carbon]"))
        assert tally(done) == (0, 1, 0, 1)
        bureau = here.parts.keys.principal(plain)
        assert bureau is not None
        assert bureau.measures == {Measure.CARBON}


async def test_another_hash_replaces_the_key() -> None:
    async with house() as here:
        await applied(here, file())
        assert tally(await applied(here, file("new key"))) == (1, 0, 1, 1)
        assert here.parts.keys.principal("their key") is None
        assert here.parts.keys.principal("new key") is not None
        refused = await applied(here, file("their key"), 422)
        assert "revoked for ever" in refused["errors"][0]["detail"]


async def test_prunes_only_its_own_list_and_only_when_told() -> None:
    async with house() as here:
        by_hand = await here.key("reader", "region:150000")
        await applied(here, file().replace("list: plan", "list: other").replace("works", "o"))
        await applied(here, file("key of the plan"))
        shorter = file().partition("  - name: works")[0]
        assert tally(await applied(here, shorter)) == (0, 0, 0, 1)
        assert tally(await applied(here, shorter, prune=True)) == (0, 0, 1, 1)
        assert here.parts.keys.principal("key of the plan") is None
        assert here.parts.keys.principal("their key") is not None
        assert here.parts.keys.principal(by_hand) is not None


async def test_a_dry_run_says_what_would_be_done() -> None:
    async with house() as here:
        done = await applied(here, file(), dry_run=True)
        assert (tally(done), done["made"]) == ((2, 0, 0, 0), [])
        assert here.parts.keys.principal("their key") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("role: regulator", "role: emperor", 4, "is no role"),
        ("[energy]", "[water]", 6, "is no measure"),
        ("regions: [150000]", "regions: [mars]", 3, "mars"),
        ("make: true", "make: maybe", 7, "neither true nor false"),
        ("make: true", "made: true", 7, "no such field"),
        ("    make: true\n", "", 3, "either sha256"),
        ("name: works", "name: energy bureau", 8, "line 3 already"),
        ("principals:", "principals:\n  - works", 3, "mapping"),
        ("list: plan", "lists: plan", 1, "nothing else"),
        ("principals:", "principals: [", 3, "not readable"),
        ("measures: [energy]", "measures: {energy: 1}", 6, "list of values"),
        ("    make: true", "    make: true\n    make: true", 8, "stated twice"),
    ],
)
async def test_a_mistake_is_named_with_its_line_and_nothing_is_done(
    old: str, new: str, line: int, said: str
) -> None:
    async with house() as here:
        before = await here.keys.all()
        refused = await applied(here, file().replace(old, new, 1), 422)
        (mistake,) = refused["errors"]
        assert (mistake["file"], mistake["line"]) == ("p.yaml", line)
        assert said in mistake["detail"]
        assert await here.keys.all() == before


async def test_a_key_of_somebody_else_is_not_taken_over() -> None:
    async with house() as here:
        plain = await here.key("reader", "region:150000")
        refused = await applied(here, file(plain), 422)
        assert "not of this entry" in refused["errors"][0]["detail"]


async def test_only_operators_apply_files() -> None:
    async with house() as here:
        plain = await here.key("reader", "region:150000")
        body = {"filename": "p.yaml", "text": file()}
        answer = await here.call("PUT", "/v1/keys/principals", key=plain, json=body)
        assert answer.status_code == 403


class TestTheCommand:
    async def test_applies_the_example_and_prints_keys_once(self) -> None:
        async with house() as here:
            words = ["apply", str(key.EXAMPLE)]
            made, told = await typed(here, key.app, words)
            assert [line.partition("  ")[2] for line in made.splitlines()] == [
                "内蒙古节能主管部门",
                "内蒙古生态环境厅",
            ]
            assert "3 added" in told
            assert await typed(here, key.app, words) == (
                "",
                "List inner-mongolia: 0 added, 0 changed, 0 revoked, 3 as they were.\n",
            )

    async def test_names_the_places_of_mistakes(self, tmp_path: Path) -> None:
        wrong = tmp_path / "p.yaml"
        wrong.write_text(file().replace("[energy]", "[water]"))
        async with house() as here:
            _, told = await typed(here, key.app, ["apply", str(wrong)], code=1)
            assert "line 6 field measures: 'water' is no measure" in told

    async def test_makes_a_regulator_of_one_measure(self) -> None:
        words = ["create", "--role", "regulator", "--scope", "region:150000"]
        async with house() as here:
            made, _ = await typed(
                here, key.app, [*words, "--measure", "energy", "--name", "b", "--json"]
            )
            assert json.loads(made)["measures"] == ["energy"]
            table, _ = await typed(here, key.app, ["list"])
            assert "energy" in table.splitlines()[-1]
