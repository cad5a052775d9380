"""What Alembic runs for every command: it gets its connection from `run`, never from a file."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema="public",
)
with context.begin_transaction():
    context.run_migrations()
