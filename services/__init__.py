"""The map: four services that meet on topics and never import one another.

ingest (8601) admits readings of meters and owns the catalogue and the keys. It writes
`readings.v1`, `catalogue.v1`, `keys.v1`.

evaluator (8602) keeps the exact books and judges them against budgets, in two steps that each
happen exactly once: the bookkeeper turns `readings.v1` into differences of hours on `totals.v1`;
the judge adds these up for every enterprise, region and tag, and writes `assessments.v1`.

alerts (8603) turns assessments into warnings, keeps their history and tells people: HTTP, events
sent by the server, signed webhooks.

console (8600) shows pages over the APIs of the other three; it owns no domain.
"""
