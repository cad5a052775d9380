"""Briefs in words: every sentence is one rule from figures to text; below is their grammar.

A paragraph is known by its name; it has the sentences listed, in this order, each at most once
unless said otherwise. `[…]` may be left out, `{…}` is filled in, `a|b` is one of them. Numbers are
plain decimals without signs or thousands separators; a sign is told by a word. Chinese sentences
end in 。 and follow one another without a space; English ones end in a full stop. English sentences
begin with a capital letter whatever the word. Names are as in the figures: they may have digits,
and 、 as well (the industries of GB/T 4754 do), so read lists by their brackets.

Words
  {AMOUNT}   {n}{unit}: 万吨标准煤|万吨|万吨二氧化碳当量|吨标准煤/万元|吨/万元|亿元;
             English a space and `ten-thousand tce|ten-thousand tCO2|ten-thousand tCO2e|tce per
             ten-thousand CNY|tCO2 per ten-thousand CNY|hundred-million CNY`. Two decimals;
             intensities three, or four digits that count below 0.1.
  {MOVE}     增长|下降{p}% or 持平 of totals and GDP, 上升|下降{p}% or 持平 of intensities; in S1
             and S1s with [小幅|明显|大幅] before it: below 1.0, from 5.0, from 10.0.
             `up|down[ slightly| markedly| sharply] by {p}%` or `unchanged`
  {YEAR}     同比{MOVE} | 同比变化暂无数据
             `{MOVE} year on year` | `no data on the change year on year`
  {TREND}    增幅|降幅 扩大|收窄{p}个百分点; 增幅|降幅与上期持平; 由升转降，较上期回落{p}个百分点;
             由降转升，较上期回升{p}个百分点; where either change prints as 0.0 or the one before is
             not known: 较上期回升|回落{p}个百分点 or 变化率与上期持平.
             `the rise|fall widened|narrowed by {p} percentage points`; `the rise|fall was the
             same as in the period before`; `turning from a rise to a fall, {p} percentage
             points lower than in the period before`; `turning from a fall to a rise, {p}
             percentage points higher than in the period before`;
             `{p} percentage points higher|lower than in the period before`; `the rate was the
             same as in the period before`
  {PULL}     拉动总量增长|下降{p}个百分点 | 对总量变化无拉动; `adding {p} percentage points to the
             total` | `taking {p} percentage points off the total` | `leaving the total unchanged`
  {SHARE}    占比{p}%[，占比同比提高|下降{p}个百分点 | ，占比与上年同期持平]
             `a share of {p}%[, {p} percentage points higher|lower than a year earlier | , the
             same as a year earlier]`

One: overall.carbon, overall.energy (for each measure of the arm: main, single, then other scopes)
  S1  {period}，{region}{measure}（{scope}口径）{AMOUNT}，{YEAR}[，{TREND}]。
      In {period}, {measure} of {region} ({scope}) came to {AMOUNT}, {YEAR}[; {TREND}].
  S1s {single}当期{measure}{AMOUNT}，{YEAR}[，{TREND}]。
      In {single} alone, {measure} came to {AMOUNT}, {YEAR}[; {TREND}].
  S1o {scope}口径{measure}{AMOUNT}，{YEAR}。
      By the scope of {scope}, {measure} came to {AMOUNT}, {YEAR}.
  S0  {what would stand before the amount}暂无数据[（{why}）]。  …: no data[ ({why})].
      Of S1 only: S1s and S1o are left out without an amount.
  overall.output
  S2  地区生产总值[（初步数）]{AMOUNT}，{YEAR}。
      Gross domestic product[ (preliminary)] came to {AMOUNT}, {YEAR}.
  overall.targets (T1 to T4 for each own target of the four measures, with a level or with figures)
  T1  “{target}”较基期累计{MOVE}。  “{target}” since the base year: {MOVE}.
  T2  “{target}”完成进度{d}%[，高于|低于序时进度（{d}%）{d}个百分点|，与序时进度（{d}%）持平]。
      “{target}” progress: {d}%[, {d} percentage points above|below the progress due ({d}%) |
      , equal to the progress due ({d}%)].   The gap is that of the two printed numbers. The only
      negative number in a sentence is a progress below nought, as `-3.20%`. Of a target that
      allows a rise: “{target}”允许增量已使用{d}%…。  “{target}” rise allowed, used: {d}%….
  T3  “{target}”剩余年份还需累计下降{d}%，年均{MOVE}。 | “{target}”已提前完成。
      | “{target}”剩余年份还需累计下降不足0.01%。 | (where a rise is allowed)
      “{target}”剩余年份累计最多{MOVE}，年均{MOVE}。
      “{target}” still to fall by {d}% in the years left, each year {MOVE}. | “{target}” is met
      ahead of time. | “{target}” still to fall by less than 0.01% in the years left. |
      “{target}” at most {MOVE} in the years left, each year {MOVE}.
      In T1 to T3 every number has two decimals ({d}), those of {MOVE} too.
  T4  “{target}”本期等级为{level}，较上期改善|恶化|持平。 (or ，新评级。)
      “{target}”本期{state}[（{why}）]。
      “{target}” level: {level}, better|worse|unchanged against the period before. (or , newly
      rated.) | “{target}” this period: {state}[ ({why})].
  T5  另有{n}项目标因暂无数据未评级。  For want of data {n} more targets are not rated.
      {n}项目标均因暂无数据未评级。  For want of data none of {n} targets is rated.  (where T1 to T4
      are of none)

Two: levels.{measure}
  L1  {measure}：所辖{n}个{kind}中，红色{n}个、橙色{n}个、黄色{n}个、绿色{n}个、未评级{n}个。
      (none of 0)
      {measure}: of {n} {kind}, {n} red, {n} orange, {n} yellow, {n} green, {n} not rated.
  L2  与上期相比，{n}个改善（{names}）、{n}个恶化（{names}）。 | 与上期相比，等级均无改善或恶化。 |
      没有可与上期相比的等级。
      Against the period before, {n} better ({names}), {n} worse ({names}). | No level is better or
      worse than before. | No level can be compared with the period before.
  L3  等级为红色|橙色的是：{names}。  Those at red|orange are: {names}.

Three: fields.{grouping}.{measure}; of the parts whose share or pull prints other than nought at
most three: G0 and G1 of each; more: G0, G2 and G3
  G0  {grouping}{measure}合计{AMOUNT}，{YEAR}。
      {grouping}, {measure} in all came to {AMOUNT}, {YEAR}.
      Of stated ones without {measure}, and as in S1 with {TREND}; where the parts are only some of
      the whole, without 合计 and `in all` too.
  G1  {part}[（{n}家）]{AMOUNT}，{YEAR}，{SHARE}，{PULL}。
      {part}[ (enterprises: {n})]: {AMOUNT}, {YEAR}, {SHARE}, {PULL}.
      In `six` first the part that is all of them. An amount of what is left over (transfers,
      differences of scope) may be negative, and then its share is too.
  G2  占比居前3位的是{part}（{p}%）、…。  The 3 largest shares are {part} ({p}%), ….
  G3  拉动总量增长|下降最多的是{part}（{p}个百分点）、…。  (at most three of each)
      Most is added to|taken off the total by {part} ({p} percentage points), ….

Four: places.{measure}, counties.{measure} of the totals; severe
  P1  {n}个{kind}中，{measure}同比增长的{n}个、下降的{n}个、持平的{n}个、无数据的{n}个。 (none of 0)
      Of {n} {kind}, {measure} year on year: up in {n}, down in {n}, unchanged in {n}, without
      data in {n}.
  P2  总量居前3位的是{name}（{AMOUNT}）、…。  The 3 largest are {name} ({AMOUNT}), ….
  P3  增速居前3位的是{name}（{MOVE}）、…。  The 3 highest rates of change are {name} ({MOVE}), ….
  P4  降幅居前{n}位的是{name}（下降{p}%）、…。 | 降幅最大的是{name}（下降{p}%）。
      The {n} greatest falls are {name} ({MOVE}), …. | The greatest fall is that of {name} ({MOVE}).
  P6  以上为{scope}口径。 | 以上口径不一：{scope}{n}个、…。  (not where all are of the whole region)
      These figures are by the scope of {scope}. | The scopes differ: {n} {scope}, ….
  P5  形势最严峻的地区有{n}个：{name}（{measure}{YEAR}[，等级为{colour}]）、…。
      Regions in the worst state: {n}, namely {name} ({measure} {YEAR}[, level {colour}]), ….
      (of more than 5:) [等级为红色或]总量增长10%及以上的地区有{n}个，
      形势最严峻的5个是：{name}（…）、…。
      Regions [at red or ]with a total that grew by 10% or more: {n}; the 5 in the worst state are
      {name} (…), ….
      没有[等级为红色][或][总量增长10%及以上]的地区。 | 各地区等级和总量变化暂无数据。
      No region [is red][ or ][has a total that grew by 10% or more]. | There are no data on levels
      or changes of the regions.   Levels and changes are told of only where there are any.

Five: handling.warnings, handling.steps, handling.gates, handling.tasks (a list has none of 0)
  W1  本期发出预警{n}次，其中红色{n}次、橙色{n}次、黄色{n}次、提示{n}次。 | 本期未发出预警。
      Warnings raised in the period: {n}, of which {n} red, {n} orange, {n} yellow, {n} notice.
  W2  (not where all five numbers are 0) 已响应{n}次，逾期{n}次，已解除{n}次；期末未解除{n}次。
      Answered: {n}, overdue: {n}, resolved: {n}; open at the end of the period: {n}.
  W3  处置措施建议{n}项、下达{n}项，其中答复{n}项、逾期{n}项、办结{n}项。 | 本期未采取处置措施。
      | 处置措施建议{n}项，均未下达。  Steps proposed: {n}, none of them issued.
      Steps proposed: {n}, issued: {n}; of these answered: {n}, overdue: {n}, done: {n}.
  W4  召开形势会商{n}次，会商议定事项逾期{n}项。 | 未召开形势会商。
      Consultations held: {n}; tasks agreed there and overdue: {n}. | No consultations were held.
  W5  实行项目准入限制的地区{n}个：限批{n}个（{names}）、缓批{n}个（{names}）。
      Regions restricted in admitting projects: {n}, of which {n} restricted ({names}), {n} slowed
      ({names}).
  W6  规划任务共{n}项，其中{state}{n}项、…。  Tasks of the plan: {n}, of which {n} {state}, ….
  W7  进度滞后的任务{n}项。 | 没有进度滞后的任务。  Tasks behind: {n}. | No task is behind.

Six: outlook.{measure}.{scope}
  B1  {year}{scope}{measure}累计{AMOUNT}，全年控制目标{AMOUNT}，已使用{p}%。 | …，未设全年控制目标。
      {year}, {scope}, {measure} so far: {AMOUNT}, the limit of the year {AMOUNT}, used {p}%. |
      …, with no limit of the year.
  B2y 全年实际… instead of 预计全年… (`The year came to …`) and nothing else, once the year is over.
  B0  {scope}{measure}暂不预测：{why}。  {scope}, {measure}, no forecast: {why}.
  B2  预计全年{AMOUNT}[（区间{n}—{AMOUNT}）][，同比{MOVE}][，超出|低于全年控制目标{AMOUNT} |
      ，与全年控制目标持平]。  The excess is that of the two printed numbers.
      Expected for the year: {AMOUNT}[ (range {n} to {AMOUNT})][, {MOVE} year on year][, {AMOUNT}
      above|below the limit of the year | , equal to the limit of the year].
  B3  超出全年控制目标的概率为{p}%。
      The probability of exceeding the limit of the year is {p}%.
  B4  为完成全年控制目标，剩余时间须控制在{AMOUNT}以内[，较上年同期至少下降|增长不超过{p}%]。
      | 全年控制目标已经突破。
      For the limit of the year to hold, the rest of the year may use at most {AMOUNT}[, at least
      {p}% less | at most {p}% more than a year earlier]. | The limit of the year is exceeded
      already.

Seven: problems.data, problems.users, problems.corrections, problems.unreconciled
  D1  纳入监测的重点用能单位{n}家、计量点{n}个，有数据上报的{n}家。
      Monitored key users: {n}, metering points: {n}, users reporting: {n}.
  D2  {share}为{p}%。 | {share}暂无数据。  {share}: {p}%. | {share}: no data.  (four of them)
  D3  未处理的数据质量问题{n}项：{kind}{n}项、…。
      Open findings on the data: {n}, of which {n} {kind}, ….
  D4  实行用能预算管理的重点用能单位{n}家，其中超出全年预算{n}家、超出序时进度{n}家。
      Key users with a budget: {n}, of which over the year's budget: {n}, over the line: {n}.
      Over the budget: it prints above 100.0; over the line: at most that, and above what is due.
  D5  预算使用率最高的是{name}（{p}%）、…。  The largest shares of budgets are used by {name}
      ({p}%), ….
  D6  上期简报发布后更正数据{n}项。 | 上期简报发布后没有更正数据。
      Figures corrected since the last brief: {n}. | No figure was corrected since the last brief.
  D7  “{grouping}”不平衡：{what}。  “{grouping}”: {what}.

Eight: next.{code}
  M   {nth}. {measure}（依据：{figure}{number}）。
      {nth}. {measure} (because: {figure}: {number}).
      `逾期未办的预警2次`, `数据完整率为85.0%`, `碳排放目标完成进度较序时进度低5.2个百分点` (the
      English number is negative then), `六大高耗能行业拉动碳排放总量增长1.5个百分点`,
      `地区生产总值尚无最终数据`.

Annex notes (kind NOTE) and remarks (kind REMARK, name `remark.{section}`) are not in this grammar.
"""

from services.alerts.domain.briefs.writing.brief import write

__all__ = ["write"]
