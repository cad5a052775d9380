"""The parts of a system that runs on one machine: PostgreSQL, Kafka and the services.

`postgres` and `kafka` start the embedded servers, `process` starts and stops any part,
`supervisor` keeps a whole system running for `qingyu up`.
"""
