"""What stands around the services: the `qingyu` command, the embedded parts, demo and bench."""
