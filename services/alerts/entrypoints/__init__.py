"""The doors: the topic of judgements, the HTTP API, the couriers of webhooks."""
