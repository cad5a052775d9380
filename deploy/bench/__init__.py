"""The benchmark: how much of the whole path one machine carries, beside the machine's own limits.

workload (whose readings, exactly how much they sum to) -> bodies (requests made cheaply)
-> sender (a process of its own, lean HTTP) -> the system -> listen (its event stream)
-> figures (percentiles, rates) -> screen (tables) or JSON. `machine` reads CPU and memory of
every part, `limits` measures PostgreSQL and Kafka bare.
"""
