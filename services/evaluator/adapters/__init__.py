"""The ports on PostgreSQL and Kafka."""
