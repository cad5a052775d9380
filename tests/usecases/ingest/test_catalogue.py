"""Imports and views of the catalogue, and keys, over HTTP."""

import asyncio

import pytest

from services.ingest.adapters.secret_keys import id_of, new_key
from tests.usecases.ingest.memory import MemoryCatalogue
from tests.usecases.ingest.parts import CATALOGUE, ENTERPRISE, OPERATOR, House, house

POINT = (
    "points: [{{code: m1, owner: 'enterprise:{owner}', carrier: electricity, kind: register, "
    "decimals: {decimals}, interval_s: {interval}}}]"
)


def changed_point(decimals: int = 2, interval: int = 900) -> str:
    return POINT.format(owner=ENTERPRISE, decimals=decimals, interval=interval)


class TestImports:
    async def test_the_same_again_makes_no_version(self) -> None:
        async with house() as here:
            report = (await here.import_text(CATALOGUE)).json()
            assert (report["version"], report["unchanged"], report["lines"]) == (1, True, [])

    async def test_a_change_makes_a_version_and_is_told(self) -> None:
        async with house() as here:
            report = (await here.import_text(changed_point(interval=60))).json()
            assert (report["version"], report["added"], report["changed"]) == (2, 0, 1)
            assert report["lines"] == ["point m1: interval_s: 900 -> 60"]
            assert here.store.imports[-1] == (id_of(OPERATOR), ["a.yaml"])

    async def test_a_dry_run_writes_nothing(self) -> None:
        async with house() as here:
            report = (await here.import_text(changed_point(interval=60), dry_run=True)).json()
            assert (report["version"], report["changed"], report["dry_run"]) == (1, 1, True)
            assert here.store.catalogue.version == 1

    async def test_all_faults_come_together_and_nothing_is_imported(self) -> None:
        async with house() as here:
            text = changed_point(decimals=3) + "\nregions:\n- {code: 99}\n"
            answer = await here.import_text(text)
            problem = answer.json()
            assert answer.status_code == 422
            assert [(item["line"], item["field"]) for item in problem["errors"]] == [
                (1, "decimals"),
                (3, "code"),
                (3, "name"),
            ]
            assert here.store.catalogue.version == 1

    async def test_imports_at_the_same_time_follow_one_another(self) -> None:
        async with house() as here:
            texts = [changed_point(interval=60 * (1 + number)) for number in range(5)]
            answers = await asyncio.gather(*(here.import_text(text) for text in texts))
            assert sorted(answer.json()["version"] for answer in answers) == [2, 3, 4, 5, 6]

    async def test_a_copy_that_was_overtaken_plans_again(self) -> None:
        store = MemoryCatalogue()
        async with house(store=store) as here, house(store=store) as other:
            answers = await asyncio.gather(
                here.import_text(changed_point(interval=60)),
                other.import_text("regions: [{code: 150000, name: 内蒙古}]"),
            )
            assert {answer.json()["version"] for answer in answers} == {2, 3}
            entities = store.catalogue.entities
            assert entities["region:150000"].latest()["name"] == "内蒙古"
            assert entities["point:m1"].latest()["interval_s"] == 60

    async def test_only_operators_import(self) -> None:
        async with house() as here:
            key = await here.key("sender", "*")
            answer = await here.call("POST", "/v1/catalogue/imports", key, json={"files": []})
            assert answer.status_code == 403

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"files":[{"filename":"x"}]}', b"\xff"])
    async def test_what_is_no_import_is_refused(self, body: bytes) -> None:
        async with house() as here:
            answer = await here.call("POST", "/v1/catalogue/imports", content=body)
            assert (answer.status_code, answer.json()["type"]) == (400, "unreadable-body")

    async def test_while_the_store_is_away_nothing_is_imported(self) -> None:
        async with house() as here:
            here.store.available = False
            answer = await here.import_text(changed_point(interval=60))
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def codes(here: House, kind: str, key: str = OPERATOR, **filters: str) -> list[str]:
    answer = await here.call("GET", f"/v1/catalogue/{kind}", key, params=filters)
    return [item["code"] for item in answer.json()["items"]]


class TestViews:
    async def test_the_summary_counts(self) -> None:
        async with house() as here:
            summary = (await here.call("GET", "/v1/catalogue")).json()
            assert summary["version"] == 1
            assert summary["counts"]["enterprises"] == 2

    async def test_filters(self) -> None:
        async with house() as here:
            assert await codes(here, "points") == ["m1", "m2"]
            assert await codes(here, "points", region="150000") == ["m1"]
            owner = "enterprise:91150203MA0DEM002K"
            assert await codes(here, "points", owner=owner) == ["m2"]
            assert await codes(here, "regions", q="包头") == ["150200"]

    async def test_pages(self) -> None:
        async with house() as here:
            found: list[str] = []
            after: str | None = ""
            while after is not None:
                params = {"limit": "2", "after": after}
                page = (await here.call("GET", "/v1/catalogue/regions", params=params)).json()
                found += [item["code"] for item in page["items"]]
                after = page["next"]
            assert found == ["150000", "150200", "630000"]

    async def test_a_reader_sees_its_region(self) -> None:
        async with house() as here:
            key = await here.key("reader", "region:150000")
            assert await codes(here, "points", key) == ["m1"]
            assert await codes(here, "enterprises", key) == [ENTERPRISE]
            assert await codes(here, "members", key) == [f"park/{ENTERPRISE}"]
            assert len(await codes(here, "regions", key)) == 3
            hidden = await here.call("GET", "/v1/catalogue/points/m2", key)
            assert hidden.status_code == 404

    async def test_one_entity_with_its_history(self) -> None:
        async with house() as here:
            await here.import_text(changed_point(interval=60))
            entity = (await here.call("GET", "/v1/catalogue/points/m1")).json()
            assert [record["version"] for record in entity["records"]] == [1, 2]
            assert entity["attributes"]["interval_s"] == 60
            then = (await here.call("GET", "/v1/catalogue/point/m1?as_of_version=1")).json()
            assert then["segments"][0]["attributes"]["interval_s"] == 900

    async def test_what_is_not_there(self) -> None:
        async with house() as here:
            for path in ("widgets", "points/m9"):
                answer = await here.call("GET", f"/v1/catalogue/{path}")
                assert answer.status_code == 404


class TestKeys:
    async def test_a_key_is_shown_once(self) -> None:
        async with house() as here:
            key = await here.key("sender", f"enterprise:{ENTERPRISE}")
            listed = (await here.call("GET", "/v1/keys")).json()
            assert listed[-1]["id"] == id_of(key)
            assert key not in str(listed)

    @pytest.mark.parametrize(
        ("role", "scope"),
        [
            ("sender", []),
            ("sender", ["tag:park"]),
            ("sender", ["enterprise:123"]),
            ("reader", ["point:m1"]),
            ("operator", ["region:150000"]),
            ("king", ["*"]),
        ],
    )
    async def test_role_and_scope_must_fit(self, role: str, scope: list[str]) -> None:
        async with house() as here:
            wanted = {"name": "x", "role": role, "scope": scope}
            assert (await here.call("POST", "/v1/keys", json=wanted)).status_code == 422

    async def test_a_revoked_key_is_unknown(self) -> None:
        async with house() as here:
            key = await here.key("reader", "*")
            assert (await here.call("GET", "/v1/catalogue", key)).status_code == 200
            await here.call("DELETE", f"/v1/keys/{id_of(key)}")
            assert (await here.call("GET", "/v1/catalogue", key)).status_code == 401

    async def test_there_is_no_such_key(self) -> None:
        async with house() as here:
            assert (await here.call("DELETE", "/v1/keys/none")).status_code == 404

    async def test_while_the_store_is_away(self) -> None:
        async with house() as here:
            here.keys.available = False
            wanted = {"name": "x", "role": "reader", "scope": ["*"]}
            assert (await here.call("POST", "/v1/keys", json=wanted)).status_code == 503
            assert (await here.call("GET", "/v1/keys")).status_code == 503
            assert (await here.call("DELETE", "/v1/keys/x")).status_code == 503

    def test_fresh_keys_differ_and_carry_their_id(self) -> None:
        first, second = new_key(), new_key()
        assert first != second
        assert first.startswith(f"qy_{id_of(first)}_")
        assert id_of("some other key") == id_of("some other key")
