"""Routes are read with the place of every mistake, and walked as Alertmanager walks its own."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.alerts.adapters.policy import load
from services.alerts.adapters.telling_policy import telling_policy
from services.alerts.domain.telling.alertmanager import as_alertmanager_config
from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.durations import parse_duration, written_duration
from services.alerts.domain.telling.reading import RoutesError, read_routes
from services.alerts.domain.telling.routes import Route, all_routes, find, group_of, visits
from tests.usecases.alerts.telling_parts import contact

AMTOOL = shutil.which("amtool")
needs_amtool = pytest.mark.skipif(AMTOOL is None, reason="amtool is not installed here")

TREE: dict[str, Any] = {
    "receiver": "root",
    "group_by": ["region"],
    "routes": [
        {"matchers": ['a="1"'], "receiver": "one", "continue": True},
        {
            "matchers": ['a=~"1|2"'],
            "receiver": "two",
            "routes": [{"min_level": "orange", "receiver": "deep"}],
        },
        {"events": ["step.*"], "receiver": "steps"},
    ],
}


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ({}, ["root"]),
        ({"a": "1"}, ["one", "two"]),
        ({"a": "2"}, ["two"]),
        ({"a": "1", "level": "red"}, ["one", "deep"]),
        ({"a": "3", "event": "step.overdue"}, ["steps"]),
        ({"a": "12"}, ["root"]),
    ],
)
def test_an_item_goes_to_the_deepest_routes(labels: dict[str, str], receivers: list[str]) -> None:
    assert [route.receiver for route in find(read_routes(TREE), labels)] == receivers


def test_a_child_takes_over_what_it_does_not_say() -> None:
    root = read_routes(TREE)
    deep = root.routes[1].routes[0]
    assert (deep.group_by, deep.timing) == (("region",), root.timing)


def test_every_step_of_the_way_is_shown() -> None:
    steps = visits(read_routes(TREE), {"a": "2"})
    assert [(one.route.receiver, one.chosen, str(one.failed or "")) for one in steps] == [
        ("root", False, ""),
        ("one", False, 'a="1"'),
        ("two", True, ""),
        ("deep", False, 'level=~"orange|red"'),
    ]


def test_groups_are_told_apart_by_their_labels_only() -> None:
    root = read_routes(TREE)
    one = group_of(root, {"region": "150100", "x": "1"})
    assert one.key == '{}:{region="150100"}'
    assert one.id == group_of(root, {"region": "150100", "x": "2"}).id
    assert one.id != group_of(root, {"region": "150200"}).id


def test_labels_with_names_of_somebody_elses_are_grouped_as_well() -> None:
    root = read_routes({"receiver": "x", "group_by": ["..."]})
    assert group_of(root, {"区 域": 'a"b'}).key == '{}:{区 域="a\\"b"}'


def test_twins_have_keys_of_their_own() -> None:
    twin = {"matchers": ["a=b"], "receiver": "x", "continue": True}
    keys = [route.key for route in all_routes(read_routes({**TREE, "routes": [twin, twin, twin]}))]
    assert len(set(keys)) == len(keys)


def test_every_mistake_is_named_by_its_place() -> None:
    document = {
        "receiver": "x",
        "continue": True,
        "routes": [
            {"matchers": ["a"], "group_wait": "soon", "colour": 1},
            {"min_level": "purple", "group_interval": "0s"},
            {"group_by": ["a b"], "group_wait": "99999999999999d", "repeat_interval": "99999w"},
            {"continue": "yes", "matchers": ['a="\x00"'], "mute_time_intervals": ["\x00"]},
            {"receiver": "\x00"},
            "no route",
        ],
    }
    with pytest.raises(RoutesError) as refused:
        read_routes(document)
    places = [problem.partition(":")[0] for problem in refused.value.problems]
    assert sorted(places) == [
        "routes.continue",
        "routes.routes[0].colour",
        "routes.routes[0].group_wait",
        "routes.routes[0].matchers[0]",
        "routes.routes[1].group_interval",
        "routes.routes[1].min_level",
        "routes.routes[2].group_by",
        "routes.routes[2].group_wait",
        "routes.routes[2].repeat_interval",
        "routes.routes[3].continue",
        "routes.routes[3].matchers",
        "routes.routes[3].mute_time_intervals",
        "routes.routes[4].receiver",
        "routes.routes[5]",
    ]


@pytest.mark.parametrize("text", ["30s", "5m", "4h", "1d12h", "500ms", "0s", "1d2h3m4s5ms"])
def test_lengths_of_time_are_written_as_they_are_read(text: str) -> None:
    assert written_duration(parse_duration(text)) == text


@pytest.mark.parametrize("text", ["", "5", "m5", "-5m", "5m4h", "1.5h"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.fixture(scope="module")
def default() -> Route:
    return read_routes(telling_policy(load()).routes)


@pytest.mark.parametrize(
    ("sentence", "labels", "receivers"),
    [
        (
            "a county's yellow energy warning stays in the county",
            {"measure": "energy", "level": "yellow", "prefecture": "150100", "county": "150102"},
            ["energy-county"],
        ),
        (
            "a county's red one goes all the way up",
            {"measure": "energy", "level": "red", "prefecture": "150100", "county": "150102"},
            ["energy-province", "energy-prefecture", "energy-county"],
        ),
        (
            "the province's own is the province's business at any level",
            {"measure": "carbon", "level": "notice", "subject": "region:150000"},
            ["carbon-province"],
        ),
        (
            "an enterprise hears of itself beside its county",
            {
                "measure": "carbon",
                "level": "yellow",
                "subject": "enterprise:X",
                "prefecture": "150100",
                "county": "150102",
            },
            ["enterprises", "carbon-county"],
        ),
        (
            "bad data go to whoever runs the service",
            {"alertname": "no-data", "measure": "data", "level": "yellow"},
            ["operators"],
        ),
        (
            "a step that is late goes to the level above as well",
            {
                "event": "step.overdue",
                "measure": "energy",
                "prefecture": "150200",
                "office": "150000",
            },
            ["energy-province", "energy-prefecture", "energy-county", "nobody"],
        ),
        (
            "what is proposed concerns the office that may issue it, and nobody below",
            {
                "event": "step.proposed",
                "state": "proposed",
                "subject": "enterprise:X",
                "measure": "carbon",
                "prefecture": "150200",
                "county": "150204",
                "office": "150200",
            },
            ["carbon-prefecture", "nobody"],
        ),
        (
            "a county's office issues what is proposed about its enterprises",
            {
                "event": "step.reminded",
                "state": "proposed",
                "measure": "energy",
                "prefecture": "150200",
                "county": "150204",
                "office": "150204",
            },
            ["energy-county", "nobody"],
        ),
        (
            "the province hears of what it has issued itself",
            {
                "event": "step.answered",
                "state": "answered",
                "measure": "energy",
                "prefecture": "150200",
                "office": "150000",
            },
            ["energy-province", "energy-prefecture", "energy-county", "nobody"],
        ),
        (
            "an enterprise hears of a step that was issued",
            {
                "event": "step.issued",
                "state": "issued",
                "subject": "enterprise:X",
                "measure": "energy",
                "prefecture": "150200",
                "county": "150204",
                "office": "150204",
            },
            ["energy-prefecture", "energy-county", "enterprises", "nobody"],
        ),
        (
            "a county below no prefecture hears of itself",
            {"measure": "energy", "level": "yellow", "county": "429004"},
            ["energy-county"],
        ),
        (
            "a province's own consultation is its own business",
            {"event": "consultation.task_reminded", "measure": "energy", "region": "150000"},
            ["energy-province", "nobody"],
        ),
        ("a silence that waits goes to operators", {"event": "silence.pending"}, ["operators"]),
    ],
)
def test_the_default_routes(
    sentence: str, labels: dict[str, str], receivers: list[str], default: Route
) -> None:
    assert [route.receiver for route in find(default, labels)] == receivers, sentence


NAMES = st.sampled_from(["alertname", "level", "measure", "region", "a"])
MATCHERS = st.builds(
    lambda name, sign, value: f'{name}{sign}"{value}"',
    NAMES,
    st.sampled_from(["=", "!=", "=~", "!~"]),
    st.sampled_from(["red", "red|yellow", "15.*", "", ".+", "x y", "[0-9]+"]),
)
ROUTES = st.recursive(
    st.fixed_dictionaries(
        {
            "receiver": st.sampled_from(["p", "q", "r"]),
            "matchers": st.lists(MATCHERS, max_size=2),
            "continue": st.booleans(),
        }
    ),
    lambda inner: st.fixed_dictionaries(
        {
            "receiver": st.sampled_from(["s", "t"]),
            "matchers": st.lists(MATCHERS, max_size=1),
            "continue": st.booleans(),
            "routes": st.lists(inner, max_size=3),
        }
    ),
    max_leaves=6,
)


def amtool(*arguments: str) -> str:
    ran = subprocess.run(
        [AMTOOL or "", *arguments], capture_output=True, text=True, check=False, timeout=30
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@needs_amtool
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(ROUTES, max_size=4),
    st.dictionaries(NAMES, st.sampled_from(["red", "yellow", "energy", "150000", "1"])),
)
def test_amtool_sends_everything_where_we_do(
    tmp_path: Path, routes: list[dict[str, Any]], labels: dict[str, str]
) -> None:
    root = read_routes({"receiver": "root", "routes": routes})
    file = tmp_path / "alertmanager.yml"
    file.write_text(as_alertmanager_config(root, (), {}, ()), encoding="utf-8")
    words = [f"{name}={value}" for name, value in labels.items()]
    said = amtool("config", "routes", "test", f"--config.file={file}", *words)
    assert said.strip() == ",".join(route.receiver for route in find(root, labels))


@needs_amtool
def test_amtool_takes_the_default_routes(default: Route, tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    nights = [{"times": [{"start_time": "22:00", "end_time": "24:00"}]}]
    inhibition = [
        {"source_matchers": ['level="red"'], "target_matchers": ['level="yellow"'], "equal": ["a"]}
    ]
    mail = contact(
        "科室", offices=("operators",), channel=ChannelKind.EMAIL, target="a@example.org"
    )
    text = as_alertmanager_config(default, [mail], {"nights": nights}, inhibition)
    file.write_text(text, encoding="utf-8")
    assert "SUCCESS" in amtool("check-config", str(file))
