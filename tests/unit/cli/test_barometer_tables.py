"""The command line's barometer stays readable with dozens of targets."""

from typing import Any

from rich.cells import cell_len
from rich.console import Console

from deploy.cli.barometer_tables import children, own, unrated


def target(measure: str, colour: str = "", **more: Any) -> dict[str, Any]:
    """A target as the barometer answers it; without a colour it is not rated."""
    return {
        "measure": measure,
        "measure_label": {"zh": f"指标{measure}", "en": f"the {measure}"},
        "target": measure.upper(),
        "target_name": {"zh": "目标", "en": "target"},
        "target_unit": "%",
        "state": "rated" if colour else "not-rated",
        "label": {"zh": "等级", "en": "level"},
        "colour": colour or "not-rated",
        "shown": "8.21" if colour else None,
        "unit": "%",
        "required": "55.00" if colour else None,
        "progress": "50.85" if colour else None,
        "goal": "15.50" if colour else None,
        "margin": "-4.15 pp" if colour else None,
        "change": "better" if colour else "none",
        "rank": None,
        "reasons": [] if colour else [{"zh": f"缺少指标{measure}", "en": f"the {measure} missing"}],
        **more,
    }


def printed(*what: Any, width: int = 80) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        for one in what:
            console.print(one)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_own_targets_are_a_list() -> None:
    measures = [target("share", "red"), target("energy-total", "green"), target("unheard")]
    text = printed(own(measures, "en"))
    assert "energy-total" in text[1]
    assert "level green" in text[1]
    assert "50.85 of 55.00 %" in text[1]
    assert "share" in text[2]
    assert "unheard" not in "".join(text)


def test_targets_without_a_level_take_few_lines() -> None:
    measures = [target(f"indicator-{nr}") for nr in range(38)]
    for lang, word in (("en", "not stated yet"), ("zh", "尚未申报")):
        text = printed(*unrated(measures, lang, 80))
        assert len(text) < 15
        assert word in text[-1]
        assert all(cell_len(line) <= 80 for line in text)


def test_tables_of_children_fit_and_leave_out_what_nobody_has() -> None:
    measures = [target(f"indicator-{nr}", "red") for nr in range(12)]
    rows: list[dict[str, Any]] = [
        {"name": "包头市", "measures": [*measures, target("energy-total", "green")]},
        {"name": "呼伦贝尔市", "measures": measures[:3]},
    ]
    tables = list(children(rows, {"energy-total": {"green": 1}}, "en", 80))
    text = printed(*tables)
    assert len(tables) > 1
    assert max(map(cell_len, text)) <= 80
    assert text[0].split()[:2] == ["the", "energy-total"]
    assert "1 green" in text[3]
    assert sum("indicator-11" in line for line in text) == 1
    assert list(children([], {}, "en", 80)) == []
