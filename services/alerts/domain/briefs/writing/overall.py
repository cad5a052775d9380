"""Section one (总体情况): totals, intensities, GDP, and where the region's own targets stand."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Block
from services.alerts.domain.briefs.facts import Label, Measured, Moved, Output
from services.alerts.domain.briefs.periods import period_name
from services.alerts.domain.briefs.printing import MISSING, unit_of
from services.alerts.domain.briefs.writing.choosing import (
    arms_in_order,
    main_of,
    measures_in_order,
    others_of,
)
from services.alerts.domain.briefs.writing.moves import (
    MOVED_HEADS,
    measure_name,
    missing_sentence,
    moved_cells,
    total_sentence,
    value_and_unit,
    year_on_year,
)
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row
from services.alerts.domain.briefs.writing.targets import target_sentences, targets_table
from services.alerts.domain.briefs.writing.words import (
    ARMS,
    OUTPUT_STATES,
    SCOPES,
    known,
)

_NUMBERS = (("一", "1.1"), ("二", "1.2"), ("三", "1.3"), ("四", "1.4"))
_HEADS = (
    Head(name="measure", label=Label("指标", "Measure"), share=4),
    Head(name="scope", label=Label("口径", "Scope"), share=3),
    Head(name="unit", label=Label("单位", "Unit"), share=3),
    *MOVED_HEADS,
)


def overall(pen: Pen) -> Iterator[Block]:
    """The section's blocks, carbon and energy in the order of the settings."""
    yield pen.heading(1, "overall", Label("一、总体情况", "1. Overall"))
    for nth, arm in enumerate(arms_in_order(pen)):
        zh, en = _NUMBERS[nth]
        title = Label(f"（{zh}）{ARMS[arm].zh}情况", f"{en} {ARMS[arm].en}")
        yield pen.heading(2, f"overall.{arm}", title)
        yield from pen.paragraph(f"overall.{arm}", _arm_sentences(pen, arm))
    yield pen.heading(2, "overall.output", Label("（三）地区生产总值", "1.3 GDP"))
    yield from pen.paragraph("overall.output", [output_sentence(pen)])
    rows = tuple(row for row in _rows(pen) if any(cell.text != pen(MISSING) for cell in row[3:]))
    yield from pen.table("measures", _caption(pen), _HEADS, rows)
    yield pen.heading(2, "overall.targets", Label("（四）目标完成情况", "1.4 Targets"))
    yield from pen.paragraph("overall.targets", target_sentences(pen))
    yield from targets_table(pen)


def _caption(pen: Pen) -> Label:
    name = period_name(pen.situation.span.text)
    return Label(f"{name.zh}主要指标", f"Main figures, {name.en}")


def _arm_sentences(pen: Pen, arm: str) -> Iterator[Label]:
    for measure in measures_in_order(pen):
        if not measure.startswith(arm):
            continue
        found = main_of(pen.situation.measures, measure)
        if found is None:
            yield _nothing(pen, measure)
            continue
        yield total_sentence(_subject(pen, found), found.moved, measure, with_trend=True)
        if found.single is not None and found.single.now.value is not None:
            yield total_sentence(_single(pen, found), found.single, measure, with_trend=True)
        for other in others_of(pen.situation.measures, measure):
            if other.moved.now.value is None:
                continue
            yield total_sentence(_beside(other), other.moved, measure, with_trend=False)


def _nothing(pen: Pen, measure: str) -> Label:
    name, period = measure_name(measure), period_name(pen.situation.span.text)
    return Label(
        f"{period.zh}，{pen.situation.name}{name.zh}{MISSING.zh}。",
        f"In {period.en}, {name.en} of {pen.situation.name}: {MISSING.en}.",
    )


def _subject(pen: Pen, one: Measured) -> Label:
    """`2026年前三季度，内蒙古自治区二氧化碳排放总量（全社会口径）`."""
    period, scope, name = (
        period_name(pen.situation.span.text),
        known(SCOPES, one.scope),
        measure_name(one.measure),
    )
    return Label(
        f"{period.zh}，{pen.situation.name}{name.zh}（{scope.zh}口径）",
        f"In {period.en}, {name.en} of {pen.situation.name} ({scope.en})",
    )


def _single(pen: Pen, one: Measured) -> Label:
    """`其中2026年第三季度当期二氧化碳排放总量`."""
    period, name = period_name(pen.situation.span.single), measure_name(one.measure)
    return Label(f"{period.zh}当期{name.zh}", f"In {period.en} alone, {name.en}")


def _beside(one: Measured) -> Label:
    scope, name = known(SCOPES, one.scope), measure_name(one.measure)
    return Label(f"{scope.zh}口径{name.zh}", f"By the scope of {scope.en}, {name.en}")


def output_sentence(pen: Pen) -> Label:
    """`地区生产总值（按2025年不变价，初步数）18000.00亿元，同比增长5.2%。`"""
    output: Output = pen.situation.output
    subject = Label("地区生产总值", "Gross domestic product")
    said = value_and_unit(output.moved)
    if output.status == "missing" or said is None:
        return missing_sentence(subject, output.moved)
    state, year = known(OUTPUT_STATES, output.status), year_on_year(output.moved, "gdp")
    return Label(
        f"{subject.zh}{state.zh}{said.zh}，{year.zh}。",
        f"{subject.en}{state.en} came to {said.en}, {year.en}.",
    )


def _rows(pen: Pen) -> Iterator[Row]:
    for measure in measures_in_order(pen):
        for one in pen.situation.measures:
            if one.measure == measure:
                yield _row(pen, one)
                if one.single is not None:
                    yield _single_row(pen, one, one.single)
    moved = pen.situation.output.moved
    name = Label("地区生产总值", "GDP")
    labels = (name, SCOPES["whole"], unit_of(moved.now.unit).label, *moved_cells(moved))
    yield pen.cells(labels)


def _row(pen: Pen, one: Measured) -> Row:
    name, scope = measure_name(one.measure), known(SCOPES, one.scope)
    return pen.cells((name, scope, unit_of(one.moved.now.unit).label, *moved_cells(one.moved)))


def _single_row(pen: Pen, one: Measured, single: Moved) -> Row:
    name, scope = measure_name(one.measure), known(SCOPES, one.scope)
    label = Label(f"{name.zh}（当期）", f"{name.en} (alone)")
    return pen.cells((label, scope, unit_of(single.now.unit).label, *moved_cells(single)))
