"""Alerts: turns judgements into warnings, keeps their whole history and tells people.

In: `assessments.v1` (and `keys.v1`, to know who may see what). Out: `GET /v1/warnings`, events sent
by the server, and webhooks signed by the Standard Webhooks scheme. A warning belongs to one
subject, one budget and one rule; its history is only ever added to.
"""
