"""`qingyu topics`: Kafka's topics."""

import typer
from rich.table import Table

from deploy.cli.terminal import fail, out
from deploy.local import schema
from shared.contracts import topics
from shared.kit.kafka.admin import TopicMismatch
from shared.kit.kafka.errors import Unavailable
from shared.kit.settings import Settings

app = typer.Typer(help="Kafka's topics: create them, or show what they are for.")


@app.command()
def create() -> None:
    """Create the missing topics in the Kafka that QINGYU_KAFKA names; check the others.

    `qingyu up` does it by itself. With three brokers, set QINGYU_REPLICATION=3.

    \b
    $ QINGYU_KAFKA=kafka-1:9092,kafka-2:9092 QINGYU_REPLICATION=3 qingyu topics create
    """
    settings = Settings()
    try:
        count = schema.create_topics(settings)
    except (Unavailable, TopicMismatch) as error:
        fail(str(error))
    out.print(f"[green]✓[/] {count} topics at {settings.kafka}")


@app.command("list")
def show() -> None:
    """Show every topic of Qingyu: what it carries, from whom to whom.

    \b
    $ qingyu topics list
    """
    table = Table("topic", "partitions", "key", "written by", "read by", box=None)
    for topic in topics.ALL:
        readers = ", ".join(topic.read_by)
        table.add_row(topic.name, str(topic.partitions), topic.key, topic.written_by, readers)
    out.print(table)
