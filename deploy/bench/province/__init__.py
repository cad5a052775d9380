"""A made-up province (or country) of any size, written straight into an embedded PostgreSQL.

size (how many of everything) -> estate (who is there, under which codes and numbers) ->
quantities (what every point used in every hour, exactly, from its number alone) -> copying
(columns in PostgreSQL's own binary form) -> catalogue, ledgers, shelves, statements (the tables)
-> load. Whoever needs a sum again makes it from the quantities, never from the tables.
"""
