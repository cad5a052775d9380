"""Alerts: turns judgements into warnings, keeps their whole history and tells people.

In: `assessments.v1`, `conditions.v1`, `keys.v1` (who may see and do what), and alerts of somebody
else's. Out: `GET /v1/warnings`, what people do about them, events sent by the server, and webhooks
signed by the Standard Webhooks scheme. A warning belongs to one subject, one thing judged and one
rule. Two machines move it: whether its condition holds (`domain/condition.py`), and what people do
about it (`domain/life.py`). All that happens goes into one journal, a chain of hashes that is only
ever added to.
"""
