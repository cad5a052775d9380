"""Lays headings and titles of annexes beside what should stand there, each with its number."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Annex, Document, Heading
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.comparing import same
from services.alerts.domain.briefs.proof.finding import Finding, wrong
from services.alerts.domain.briefs.proof.view import View, groupings, outlooks

Titles = Iterator[tuple[str, Label]]
_KINDS = words.table("""
    sector = 分领域 = Sectors
    industry = 分行业 = Industries
    six = 六大高耗能行业 = Six energy-hungry industries
    key-users = 重点用能单位 = Key users
    stated = 统计口径 = As statistics state them
""")
_HANDLING = words.table("""
    handling = 预警处置、任务与项目准入 = Handling of warnings, tasks and admission of projects
    handling.warnings = 预警处置 = Warnings
    handling.gates = 项目准入 = Admission of projects
    handling.tasks = 规划任务 = Tasks of the plan
""")
_ANNEXES = words.table("""
    annex.places = 地区情况表 = Regions
    annex.users = 重点用能单位预算执行表 = Key users' budgets
    annex.notes = 数据与口径说明 = Notes on data and scopes
""")


def headings(view: View, document: Document) -> Iterator[Finding]:
    """Those that are missing, in excess or out of order, and their numbers and words."""
    titles = dict(_titles(view))
    there = [one for one in document.blocks if isinstance(one, Heading | Annex)]
    yield from same([one.name for one in there], list(titles), "headings")
    starts = _starts(view, there)
    for one, start in zip(there, starts, strict=True):
        title = titles.get(one.name)
        if title is not None and one.text != start + view.begin(view.say(title)):
            yield wrong(one.name, "heading", one.text, start + view.begin(view.say(title)))


def _starts(view: View, there: list[Heading | Annex]) -> Iterator[str]:
    """They count on: 一、二、三 and within them （一）（二）; annexes from one."""
    first = second = annex = 0
    for one in there:
        if isinstance(one, Annex):
            annex += 1
            yield f"附表{annex}  " if view.zh else f"Annex {annex}. "
        elif one.level == 1:
            first, second = first + 1, 0
            yield f"{_chinese(first)}、" if view.zh else f"{first}. "
        else:
            second += 1
            yield f"（{_chinese(second)}）" if view.zh else f"{first}.{second} "


def _chinese(nth: int) -> str:
    return "〇一二三四五六七八九十"[nth] if nth <= 10 else str(nth)


def _titles(view: View) -> Titles:
    yield "overall", Label("总体情况", "Overall")
    for arm in view.arms:
        word = words.ARMS[arm]
        yield f"overall.{arm}", Label(f"{word.zh}情况", word.en)
    yield "overall.output", Label("地区生产总值", "GDP")
    yield "overall.targets", Label("目标完成情况", "Targets")
    yield "levels", Label("预警等级", "Levels of early warning")
    yield "fields", Label("分领域、行业和重点用能单位情况", "Sectors, industries and key users")
    kinds = {one.name.partition(":")[0] for one in groupings(view)}
    yield from ((f"fields.{name}", label) for name, label in _KINDS.items() if name in kinds)
    yield from _places(view)
    if not view.public:
        yield from _HANDLING.items()
        yield from _outlook(view)
        yield "problems", Label("存在问题与风险", "Problems and risks")
        yield "next", Label("下一步措施", "Measures proposed")
    else:
        yield "problems", Label("数据说明", "About the data")
    yield from _ANNEXES.items()


def _places(view: View) -> Titles:
    here = view.situation
    yield "places", Label("地区情况", "Regions")
    if not here.places:
        return
    for name, found in (("places", here.places), ("counties", here.counties)):
        if found:
            kind = view.kind(found)
            yield f"{name}.level", Label(f"分{kind}情况", kind)
    yield "severe", Label("形势最严峻的地区", "Regions in the worst state")


def _outlook(view: View) -> Titles:
    yield "outlook", Label("全年预测与情景", "Forecast of the year and scenarios")
    for one in outlooks(view):
        scope, measure = view.word(words.SCOPES, one.scope), view.measure(one.measure)
        yield (
            f"outlook.{one.measure}.{one.scope}",
            Label(f"{scope}{measure}", f"{scope}, {measure}"),
        )
