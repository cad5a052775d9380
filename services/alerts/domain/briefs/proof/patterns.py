"""The proof's table of sentences: by the first part of a paragraph's name, kind, Chinese, English.

`<slot>` or `<name:slot>` is a gap (see gaps.py), `[…]` may be left out, ` | ` stands between two
ways to say the same.
"""

from collections.abc import Mapping

Row = tuple[str, str, str]

_NOTHING: Row = (
    "nothing",
    "<subject>暂无数据[（<why:name>）]。",
    "<subject>: no data[ (<why:name>)].",
)
_OVERALL: tuple[Row, ...] = (
    (
        "total",
        "<period>，<region:name><measure>（<scope>口径）<amount>，<year>[，<trend>]。",
        "In <period>, <measure> of <region:name> (<scope>) came to <amount>, <year>[; <trend>].",
    ),
    (
        "single",
        "<period>当期<measure><amount>，<year>[，<trend>]。",
        "In <period> alone, <measure> came to <amount>, <year>[; <trend>].",
    ),
    (
        "other",
        "<scope>口径<measure><amount>，<year>。",
        "By the scope of <scope>, <measure> came to <amount>, <year>.",
    ),
    _NOTHING,
    (
        "output",
        "地区生产总值<amount>，<year>。",
        "Gross domestic product came to <amount>, <year>.",
    ),
    (
        "output preliminary",
        "地区生产总值（初步数）<amount>，<year>。",
        "Gross domestic product (preliminary) came to <amount>, <year>.",
    ),
    ("no targets", "本地区暂无目标。", "There are no targets for the region."),
    (
        "since",
        "“<target:name>”较基期累计<move:duty_move>。",
        "“<target:name>” since the base year: <move:duty_move>.",
    ),
    (
        "progress",
        "“<target:name>”完成进度<q:duty>%[，<against>]。",
        "“<target:name>” progress: <q:duty>%[, <against>].",
    ),
    (
        "left",
        "“<target:name>”剩余年份还需累计下降<p:duty>%，年均<move:duty_move>。",
        "“<target:name>” still to fall by <p:duty>% in the years left, each year <move:duty_move>.",
    ),
    ("met", "“<target:name>”已提前完成。", "“<target:name>” is met ahead of time."),
    (
        "hardly left",
        "“<target:name>”剩余年份还需累计下降不足0.01%。",
        "“<target:name>” still to fall by less than 0.01% in the years left.",
    ),
    (
        "allowed",
        "“<target:name>”允许增量已使用<q:duty>%[，<against>]。",
        "“<target:name>” rise allowed, used: <q:duty>%[, <against>].",
    ),
    (
        "most",
        "“<target:name>”剩余年份累计最多<most:duty_move>，年均<move:duty_move>。",
        "“<target:name>” at most <most:duty_move> in the years left, each year <move:duty_move>.",
    ),
    (
        "level",
        "“<target:name>”本期等级为<level:name>，<changed>。",
        "“<target:name>” level: <level:name>, <changed>.",
    ),
    (
        "no target rated",
        "<n>项目标均因暂无数据未评级。",
        "For want of data none of <n> targets is rated.",
    ),
    (
        "more targets",
        "另有<n>项目标因暂无数据未评级。",
        "For want of data <n> more targets are not rated.",
    ),
    ("no level", "“<target:name>”本期<state>。", "“<target:name>” this period: <state>."),
)
_LEVELS: tuple[Row, ...] = (
    (
        "unrated",
        "地区生产总值尚无最终数据，本期为初步数据，不作评级。",
        "There is no final gross domestic product yet; the data are preliminary and not rated.",
    ),
    ("nobody", "所辖地区暂无评级数据。", "There are no levels of the regions below."),
    (
        "levels",
        "<measure:name>：所辖<n>个<kind:name>中，<colours>。",
        "<measure:name>: of <n> <kind:name>, <colours>.",
    ),
    ("changed", "与上期相比，<changes>。", "Against the period before, <changes>."),
    ("unchanged", "与上期相比，等级均无改善或恶化。", "No level is better or worse than before."),
    (
        "nothing before",
        "没有可与上期相比的等级。",
        "No level can be compared with the period before.",
    ),
    ("those", "等级为<colour>的是：<names>。", "Those at <colour> are: <names>."),
)
_FIELDS: tuple[Row, ...] = (
    ("no parts", "分领域、行业数据暂无。", "There are no data by sector or industry."),
    (
        "part",
        "<part:figure>[（<n>家）]<amount>，<year>[，<trend>][，占比<q>%][，<share_change>][，<pull>]。",
        "<part:figure> came to <amount>, <year>[; <trend>]. | <part:figure>[ (enterprises: <n>)]:"
        " <amount>, <year>[, a share of <q>%][, <share_change>][, <pull>].",
    ),
    _NOTHING,
    ("largest", "占比居前<n>位的是<shares>。", "The <n> largest shares are <shares>."),
    ("adding", "拉动总量增长最多的是<pulls>。", "Most is added to the total by <pulls>."),
    ("taking", "拉动总量下降最多的是<pulls>。", "Most is taken off the total by <pulls>."),
)
_PLACES: tuple[Row, ...] = (
    ("no places", "所辖地区暂无数据。", "There are no data of regions below."),
    (
        "ups",
        "<n>个<kind:name>中，<measure>同比<ups>。",
        "Of <n> <kind:name>, <measure> year on year: <ups>.",
    ),
    ("largest", "总量居前<n>位的是<amounts>。", "The <n> largest are <amounts>."),
    ("fastest", "增速居前<n>位的是<moves>。", "The <n> highest rates of change are <moves>."),
    ("falls", "降幅居前<n>位的是<moves>。", "The <n> greatest falls are <moves>."),
    ("one fall", "降幅最大的是<moves>。", "The greatest fall is that of <moves>."),
    ("scope", "以上为<scope>口径。", "These figures are by the scope of <scope>."),
    ("scopes", "以上口径不一：<scopes>。", "The scopes differ: <scopes>."),
)
_SEVERE: tuple[Row, ...] = (
    (
        "severe",
        "形势最严峻的地区有<n>个：<severe>。",
        "Regions in the worst state: <n>, namely <severe>.",
    ),
    (
        "most severe",
        "等级为红色或总量增长<grown:n>%及以上的地区有<whole:n>个，形势最严峻的<n>个是：<severe>。",
        "Regions at red or with a total that grew by <grown:n>% or more: <whole:n>; the <n> in the"
        " worst state are <severe>.",
    ),
    (
        "most grown",
        "总量增长<grown:n>%及以上的地区有<whole:n>个，形势最严峻的<n>个是：<severe>。",
        "Regions with a total that grew by <grown:n>% or more: <whole:n>; the <n> in the worst"
        " state are <severe>.",
    ),
    (
        "none severe",
        "没有等级为红色或总量增长<n>%及以上的地区。",
        "No region is red or has a total that grew by <n>% or more.",
    ),
    (
        "none grew",
        "没有总量增长<n>%及以上的地区。",
        "No region has a total that grew by <n>% or more.",
    ),
    ("none red", "没有等级为红色的地区。", "No region is red."),
    (
        "no states",
        "各地区等级和总量变化暂无数据。",
        "There are no data on levels or changes of the regions.",
    ),
)
_HANDLING: tuple[Row, ...] = (
    (
        "raised",
        "本期发出预警<n>次，其中<warned>。",
        "Warnings raised in the period: <n>, of which <warned>.",
    ),
    ("none raised", "本期未发出预警。", "No warnings were raised in the period."),
    (
        "so far",
        "已响应<answered:n>次，逾期<overdue:n>次，已解除<resolved:n>次；期末未解除<open:n>次。",
        "Answered: <answered:n>, overdue: <overdue:n>, resolved: <resolved:n>; open at the end of"
        " the period: <open:n>.",
    ),
    (
        "steps",
        "处置措施建议<proposed:n>项、下达<issued:n>项，其中答复<answered:n>项、逾期<overdue:n>项、"
        "办结<done:n>项。",
        "Steps proposed: <proposed:n>, issued: <issued:n>; of these answered: <answered:n>,"
        " overdue: <overdue:n>, done: <done:n>.",
    ),
    (
        "only proposed",
        "处置措施建议<n>项，均未下达。",
        "Steps proposed: <n>, none of them issued.",
    ),
    ("no consultations", "未召开形势会商。", "No consultations were held."),
    ("no steps", "本期未采取处置措施。", "No steps were taken in the period."),
    (
        "consultations",
        "召开形势会商<held:n>次，会商议定事项逾期<overdue:n>项。",
        "Consultations held: <held:n>; tasks agreed there and overdue: <overdue:n>.",
    ),
    (
        "gates",
        "实行项目准入限制的地区<n>个：<gates>。",
        "Regions restricted in admitting projects: <n>, of which <gates>.",
    ),
    (
        "no gates",
        "所辖地区均未实行项目准入限制。",
        "No region is restricted in admitting projects.",
    ),
    (
        "tasks",
        "规划任务共<n>项[，其中<counted>]。",
        "Tasks of the plan: <n>[, of which <counted>].",
    ),
    ("no tasks", "本地区暂无规划任务。", "There are no tasks of a plan for the region."),
    ("behind", "进度滞后的任务<n>项。", "Tasks behind: <n>."),
    ("none behind", "没有进度滞后的任务。", "No task is behind."),
)
_OUTLOOK: tuple[Row, ...] = (
    ("no forecast", "本期未作预测。", "There is no forecast."),
    (
        "used",
        "<period><scope><measure>累计<amount>，全年控制目标<limit:amount>，已使用<q>%。",
        "<period>, <scope>, <measure> so far: <amount>, the limit of the year <limit:amount>,"
        " used <q>%.",
    ),
    (
        "no limit",
        "<period><scope><measure>累计<amount>，未设全年控制目标。",
        "<period>, <scope>, <measure> so far: <amount>, with no limit of the year.",
    ),
    (
        "no sum",
        "<period><scope><measure>累计暂无数据。",
        "<period>, <scope>, <measure> so far: no data.",
    ),
    (
        "refused",
        "<scope><measure>暂不预测：<why:name>。",
        "<scope:name>, <measure>, no forecast: <why:name>.",
    ),
    (
        "expected",
        "预计全年<amount>[（区间<low:x>—<high:amount>）][，同比<move>][，<beside>]。",
        "Expected for the year: <amount>[ (range <low:x> to <high:amount>)][, <move> year on year]"
        "[, <beside>].",
    ),
    (
        "actual",
        "全年实际<amount>[（区间<low:x>—<high:amount>）][，同比<move>][，<beside>]。",
        "The year came to <amount>[ (range <low:x> to <high:amount>)][, <move> year on year]"
        "[, <beside>].",
    ),
    (
        "probability",
        "超出全年控制目标的概率为<p>%。",
        "The probability of exceeding the limit of the year is <p>%.",
    ),
    (
        "rest",
        "为完成全年控制目标，剩余时间须控制在<amount>以内[，<needed>]。",
        "For the limit of the year to hold, the rest of the year may use at most <amount>"
        "[, <needed>].",
    ),
    (
        "exceeded",
        "全年控制目标已经突破。",
        "The limit of the year is exceeded already.",
    ),
)
_SHARES = (
    ("complete", "数据完整率", "Completeness of the data"),
    ("estimated", "估补数据占能源消费的比重", "Share of energy that is estimated"),
    (
        "covers energy",
        "重点用能单位能源消费占全社会的比重",
        "Key users' share of the region's energy",
    ),
    (
        "covers carbon",
        "重点用能单位二氧化碳排放占全社会的比重",
        "Key users' share of the region's CO2",
    ),
)
_PROBLEMS: tuple[Row, ...] = (
    (
        "reporting",
        "纳入监测的重点用能单位<users:n>家、计量点<points:n>个，有数据上报的<reporting:n>家。",
        "Monitored key users: <users:n>, metering points: <points:n>, users reporting:"
        " <reporting:n>.",
    ),
    *((kind, f"{zh}为<q>%。", f"{en}: <q>%.") for kind, zh, en in _SHARES),
    *((f"{kind}?", f"{zh}暂无数据。", f"{en}: no data.") for kind, zh, en in _SHARES),
    (
        "defects",
        "未处理的数据质量问题<n>项：<counted>。",
        "Open findings on the data: <n>, of which <counted>.",
    ),
    ("no defects", "没有未处理的数据质量问题。", "No findings on the data are open."),
    (
        "hidden",
        "另有<n>家重点用能单位计入合计、不单独列示。",
        "Further key users that are in the sums and not listed: <n>.",
    ),
    (
        "budgets",
        "实行用能预算管理的重点用能单位<n>家，其中超出全年预算<over:n>家、超出序时进度<fast:n>家。",
        "Key users with a budget: <n>, of which over the year's budget: <over:n>, over the line:"
        " <fast:n>.",
    ),
    (
        "no budgets",
        "重点用能单位预算执行暂无数据。",
        "There are no data on key users' budgets.",
    ),
    (
        "most used",
        "预算使用率最高的是<shares>。",
        "The largest shares of budgets are used by <shares>.",
    ),
    (
        "corrected",
        "上期简报发布后更正数据<n>项。",
        "Figures corrected since the last brief: <n>.",
    ),
    (
        "not corrected",
        "上期简报发布后没有更正数据。",
        "No figure was corrected since the last brief.",
    ),
    ("unbalanced", "“<grouping:name>”不平衡：<what:name>。", "“<grouping:name>”: <what:name>."),
)
_NEXT: tuple[Row, ...] = (
    ("no measures", "本期没有按规则提出的措施。", "The rules propose no measures for the period."),
    (
        "measure",
        "<n>. <text:name>（依据：<shown:name>）。",
        "<n>. <text:name> (because: <shown:name>).",
    ),
)
_ANNEX: tuple[Row, ...] = (
    ("no users", "没有可以列示的重点用能单位。", "There are no key users to be listed."),
)
PATTERNS: Mapping[str, tuple[Row, ...]] = {
    "overall": _OVERALL,
    "levels": _LEVELS,
    "fields": _FIELDS,
    "places": _PLACES,
    "counties": _PLACES,
    "severe": _SEVERE,
    "handling": _HANDLING,
    "outlook": _OUTLOOK,
    "problems": _PROBLEMS,
    "next": _NEXT,
    "annex": _ANNEX,
}
