"""The ports on PostgreSQL and Kafka, and the formats of operators' files."""
