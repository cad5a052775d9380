"""The profiles say what the plans say: every number with its clause, every task, every place."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import build
from deploy.profiles import documents, places, reader, records
from deploy.profiles.divisions import above, below, divisions
from deploy.profiles.model import Profile
from deploy.profiles.reader import FOLDER, ProfileError, load, names, parse
from deploy.profiles.screen import number
from deploy.profiles.year import everything, load_year
from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.figures.names import FOUR
from services.evaluator.domain.records.statement import Statement, Status
from services.evaluator.domain.records.target import Binding, Form, State
from services.evaluator.ports.register import RecordKind

NAMES = (
    "baotou-sinks",
    "inner-mongolia-14fyp",
    "qinghai-peak",
    "tibet-13fyp",
    "wulingyuan-peak",
)
_EACH = pytest.mark.parametrize("profile", [load(name) for name in NAMES], ids=NAMES)

# Target, number, how strictly it is meant, clause: read in the plans, not in the files.
NUMBERS = {
    "tibet-13fyp": (
        ("XZ-CARBON-INTENSITY", "−12 %", Binding.BINDING, "一(二)"),
        ("XZ-CLEAN-SHARE", "≥ 60 %", Binding.AIM, "二(三)"),
        ("XZ-GAS-SHARE", "≥ 8 % 左右", Binding.AIM, "二(三)"),
        ("XZ-FREIGHT", "−10 %", Binding.EXPECTED, "四(二)"),
        ("XZ-PASSENGER", "−7 %", Binding.EXPECTED, "四(二)"),
        ("XZ-CITY-PASSENGER", "−13 %", Binding.EXPECTED, "四(二)"),
        ("XZ-BUILDING-STANDARD", "≥ 100 %", Binding.AIM, "四(一)"),
        ("XZ-GREEN-BUILDING", "≥ 30 %", Binding.AIM, "四(一)"),
    ),
    "inner-mongolia-14fyp": (
        ("NM-ENERGY-INTENSITY", "−15.5 %", Binding.BINDING, "二.三"),
        ("NM-CARBON-INTENSITY", "not printed 未载", Binding.BINDING, "二.三；七.三"),
        ("NM-VA-ENERGY", "−20 %", Binding.EXPECTED, "二.三"),
        ("NM-COAL-SHARE", "≤ 75 %", Binding.EXPECTED, "二.三；三.三"),
        ("NM-NONFOSSIL", "≥ 18 %", Binding.EXPECTED, "二.三"),
        ("NM-NONFOSSIL-CAPACITY", "≥ 45 % 左右", Binding.AIM, "二.三"),
        ("NM-NEW-CAPACITY", "≥ 45 %", Binding.EXPECTED, "三.三"),
        ("NM-COAL-RATE", "≤ 305 gce/kWh", Binding.AIM, "二.三"),
        ("NM-COAL-RATE-NEW", "≤ 300 gce/kWh", Binding.AIM, "三.五"),
        ("NM-COAL-RATE-REFITTED", "≤ 310 gce/kWh", Binding.AIM, "三.五"),
        ("NM-COKE", "≤ 6000 万t 左右", Binding.EXPECTED, "三.五"),
        ("NM-CARBIDE", "≤ 1400 万t 左右", Binding.EXPECTED, "三.五"),
        ("NM-PVC", "≤ 500 万t 左右", Binding.EXPECTED, "三.五"),
    ),
    "qinghai-peak": (
        ("QH-NONFOSSIL-2025", "≥ 52.2 %", Binding.EXPECTED, "二(一)；三(二)5"),
        ("QH-NONFOSSIL-2030", "≥ 55 % 左右", Binding.EXPECTED, "三(二)5；二(一)"),
        ("QH-CLEAN-POWER", "≥ 95 %", Binding.EXPECTED, "二(一)"),
        ("QH-VA-ENERGY", "−12.5 % (aim −14.5 %)", Binding.EXPECTED, "二(一)4"),
        ("QH-BASELINE", "≥ 100 %", Binding.EXPECTED, "二(一)4"),
    ),
    "wulingyuan-peak": (
        ("WLY-ENERGY-INTENSITY", "−12.5 %", Binding.BINDING, "二；五(三)"),
        ("WLY-SAVING", "≥ 200 tce", Binding.EXPECTED, "三(二)3"),
        ("WLY-AUDIT", "≥ 100 %", Binding.EXPECTED, "三(二)3"),
    ),
    "baotou-sinks": (
        ("BT-FOREST-COVER", "≥ 19.3 %", Binding.EXPECTED, "三"),
        ("BT-FOREST-STOCK", "≥ 380 万m3", Binding.EXPECTED, "三"),
        ("BT-GRASS-COVER", "≥ 38 %", Binding.EXPECTED, "三"),
        ("BT-WETLAND", "≥ 38 %", Binding.EXPECTED, "三"),
        ("BT-PROJECTS", "≥ 1340 万亩", Binding.EXPECTED, "三"),
        ("BT-AREAS-FOREST", "≥ 12 个", Binding.EXPECTED, "四(三)"),
        ("BT-AREAS-FOREST-SIZE", "≥ 309 万亩", Binding.EXPECTED, "四(三)"),
        ("BT-AREAS-GRASS", "≥ 5 个", Binding.EXPECTED, "四(三)"),
        ("BT-AREAS-GRASS-SIZE", "≥ 1220 万亩", Binding.EXPECTED, "四(三)"),
        ("BT-AREAS-WETLAND", "≥ 5 个", Binding.EXPECTED, "四(三)"),
        ("BT-AREAS-WETLAND-SIZE", "≥ 18 万亩", Binding.EXPECTED, "四(三)"),
        ("BT-MODEL-FOREST", "≥ 500 亩", Binding.EXPECTED, "四(三)"),
    ),
}
COUNTS = {
    "tibet-13fyp": (36, 24),
    "inner-mongolia-14fyp": (60, 61),
    "qinghai-peak": (53, 54),
    "wulingyuan-peak": (25, 34),
    "baotou-sinks": (15, 16),
}
TEXT = (FOLDER / "baotou-sinks.yaml").read_text(encoding="utf-8")


def test_there_are_these_five() -> None:
    assert names() == NAMES


@_EACH
def test_the_plans_numbers(profile: Profile) -> None:
    goals = {goal.code: goal for goal in profile.targets}
    for code, shown, binding, clause in NUMBERS[profile.name]:
        goal = goals[code]
        assert (number(goal), goal.binding, goal.clause) == (shown, binding, clause), code


@_EACH
def test_nothing_is_lost(profile: Profile) -> None:
    assert (len(profile.targets), len(profile.tasks)) == COUNTS[profile.name]


@_EACH
def test_every_number_says_where_it_stands(profile: Profile) -> None:
    for goal in profile.targets:
        assert goal.clause, goal.code
        assert goal.value is not None or goal.note, goal.code
    assert all(one.clause for one in profile.gates)
    assert all(one.clause for one in profile.cadence)
    assert all(one.clause for one in profile.exclusions)
    assert all(one.clause for one in profile.differentiation)
    assert profile.silent
    assert profile.differences
    assert profile.plan.citation.startswith(profile.plan.title)


@_EACH
def test_every_task_has_somebody(profile: Profile) -> None:
    known = {one.name for one in profile.departments}
    assert profile.fallback_lead.name in known
    for duty in profile.tasks:
        assert duty.clause, duty.code
        assert set(duty.lead) | set(duty.joining) <= known
    for task in records.tasks(profile):
        assert task.lead or profile.fallback_lead.name in task.note


@_EACH
def test_holders_are_in_the_catalogue(profile: Profile) -> None:
    files = places.catalogue(profile, load_year(profile.demonstration))
    regions = {f"region:{row['code']}" for row in csv.DictReader(files["regions.csv"].splitlines())}
    tags = {f"tag:{row['code']}" for row in csv.DictReader(files["tags.csv"].splitlines())}
    for target in records.targets(profile):
        assert target.holder in regions | tags, target.code
    for task in records.tasks(profile):
        assert task.holder in regions | tags, task.code


@_EACH
def test_targets_are_approved_by_the_plans_issuer(profile: Profile) -> None:
    for target in records.targets(profile):
        assert target.state is State.APPROVED
        assert target.approver == profile.plan.issuer
        assert target.effective_from == f"{profile.years.first}-01-01"
        assert ("征求意见稿" in target.note) == profile.plan.draft


@_EACH
def test_indicators_of_the_service_are_not_defined_again(profile: Profile) -> None:
    shipped = {one.key for one in load_records()[RecordKind.INDICATOR]}
    own = {one.code for one in records.indicators(profile, shipped)}
    used = {goal.measure for goal in profile.targets}
    assert not own & shipped
    assert used <= own | shipped | set(FOUR)


def test_the_draft_is_marked() -> None:
    assert [name for name in NAMES if load(name).plan.draft] == ["wulingyuan-peak"]


def test_sink_projects_add_up() -> None:
    goals = {goal.code: goal for goal in load("baotou-sinks").targets}
    parts = [goal.value for goal in goals.values() if goal.part_of == "BT-PROJECTS"]
    assert sum(part for part in parts if part is not None) == goals["BT-PROJECTS"].value


def test_every_banner_of_baotou_has_its_forest() -> None:
    profile = load("baotou-sinks")
    forests = [t for t in records.targets(profile) if t.code.startswith("BT-MODEL-FOREST")]
    assert len(forests) == 9
    assert {target.yearly["2023"] for target in forests} == {Decimal(500)}
    assert len([t for t in records.tasks(profile) if t.code.startswith("BT-T05")]) == 9


def test_inner_mongolias_leagues_are_parted_once() -> None:
    tiers = load("inner-mongolia-14fyp").differentiation
    members = [code for tier in tiers for code in tier.members]
    assert {tier.code: tier.severity for tier in tiers} == {
        "east": "strict",
        "west": "fairly-strict",
        "middle": "relaxed",
    }
    leagues = {one.code for one in below("150000", "prefecture")}
    assert len(members) == len(leagues)
    assert set(members) == leagues
    assert all(tier.members_source.startswith("R") for tier in tiers)


def test_a_single_project_is_reviewed_from_5000_tce_on() -> None:
    (gate,) = [g for g in load("inner-mongolia-14fyp").gates if g.code == "single-review"]
    assert (gate.threshold, gate.unit, gate.per, gate.above) == (Decimal(5000), "tce", "year", True)


def test_divisions_continue_their_parents() -> None:
    known = divisions()
    cuts = {"province": 2, "prefecture": 4, "county": 6}
    for one in known.values():
        assert one.code[cuts[one.level] :].strip("0") == ""
        if one.parent:
            cut = cuts[known[one.parent].level]
            assert one.code[:cut] == one.parent[:cut]
    assert above("150203") == ["150203", "150200", "150000"]


@_EACH
def test_the_year_is_marked_as_demonstration(profile: Profile) -> None:
    year = load_year(profile.demonstration)
    assert year.profile == profile.name
    assert "演示" in year.title
    files = places.catalogue(profile, year)
    for row in csv.DictReader(files.get("enterprises.csv", "").splitlines()):
        assert row["demonstration"] == "true"
        assert "演示" in row["name"]
    stated = [one.record for one in everything(profile, year) if isinstance(one.record, Statement)]
    assert {one.source for one in stated} == {"演示数据"}
    assert documents.of_year(everything(profile, year)) == documents.of_year(
        everything(profile, load_year(profile.demonstration))
    )


def test_quarterly_gdp_is_preliminary() -> None:
    profile = load("qinghai-peak")
    known = everything(profile, load_year("qinghai"))
    gdp = {
        one.record.period: (one.record.status, one.month)
        for one in known
        if isinstance(one.record, Statement) and one.record.item == "gdp"
    }
    assert gdp["2023Q1"] == (Status.PRELIMINARY, "2023-04")
    assert gdp["2022"] == (Status.FINAL, "2023-01")


def test_registers_count_what_the_months_say() -> None:
    rows = places.readings(load_year("wulingyuan"))
    hotels = [row for row in rows if row["point"].startswith(rows[0]["point"])]
    by_day = {row["at"][:10]: Decimal(row["value"]) for row in hotels}
    assert by_day["2020-01-01"] == 0
    assert by_day["2021-01-01"] == 12 * 6000
    assert by_day["2025-01-01"] - by_day["2024-12-01"] == 6600


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("clause: 三, binding", "clause: '', binding", "clause: is missing"),
        ("measure: forest-cover", "measure: trees", "trees is neither a measure"),
        ("region: 150200", "region: 159999", "there is no division 159999"),
        ("lead: [市政府]", "lead: [市长]", "市长 is none of the departments"),
        ("serves: [BT-MODEL-FOREST]", "serves: [BT-MODEL]", "there is no target BT-MODEL"),
        ("value: 19.3", "value: much", "value"),
        ("form: at-least, value: 380", "form: about, value: 380", "about"),
        ("part_of: BT-PROJECTS}", "part_of: BT-ALL}", "there is no target BT-ALL"),
        ("due: 2023-12-31", "due: end of 2023", "is not a date"),
        ("draft: false", "", "draft: is missing"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, fault: str) -> None:
    assert old in TEXT
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    with pytest.raises(ProfileError) as caught:
        parse("baotou.yaml", TEXT.replace(old, new, 1))
    told = [one for one in caught.value.faults if fault in one]
    assert told, caught.value.faults
    assert f"baotou.yaml line {line}" in told[0] or new == ""


def test_all_faults_come_at_once() -> None:
    wrong = TEXT.replace("value: 19.3", "value: much").replace("value: 38,", "value: more,")
    with pytest.raises(ProfileError) as caught:
        parse("baotou.yaml", wrong)
    assert len(caught.value.faults) >= 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("a: [", "not readable as YAML"),
        (TEXT + "\nname: twice\n", "stated twice"),
    ],
)
def test_what_is_no_profile_at_all(text: str, fault: str) -> None:
    with pytest.raises(ProfileError, match=fault):
        parse("x.yaml", text)


def test_an_unknown_name() -> None:
    with pytest.raises(KeyError):
        reader.load("atlantis")


def qingyu(*words: str) -> str:
    result = CliRunner().invoke(build(["profile"]), ["profile", *words], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output


class TestCommand:
    """`qingyu profile list` and `show` need no running system."""

    def test_lists_all(self) -> None:
        shown = qingyu("list")
        assert all(name in shown for name in NAMES)
        assert [one["name"] for one in json.loads(qingyu("list", "--json"))] == list(NAMES)

    @_EACH
    def test_shows_every_number_with_clause_year_and_how_it_is_meant(
        self, profile: Profile
    ) -> None:
        shown = qingyu("show", profile.name)
        for goal in profile.targets:
            assert goal.clause[:3] in shown
            assert number(goal).split(" ")[1] in shown or goal.value is None
        for duty in profile.tasks:
            assert duty.code in shown
        assert str(profile.years.last) in shown
        assert profile.plan.issued in shown

    @_EACH
    def test_gives_json(self, profile: Profile) -> None:
        document = json.loads(qingyu("show", profile.name, "--json"))
        values = {one["code"]: one["value"] for one in document["targets"]}
        for goal in profile.targets:
            assert values[goal.code] == (None if goal.value is None else f"{goal.value:f}")
            assert goal.form is Form(goal.form)

    def test_says_which_there_are(self) -> None:
        result = CliRunner().invoke(build(["profile"]), ["profile", "show", "atlantis"])
        assert result.exit_code == 1
        assert "tibet-13fyp" in result.output


def test_files_lie_where_they_are_looked_for() -> None:
    assert Path(FOLDER / "years").is_dir()
