"""Tasks: what state each is in on a day, what is behind, and inventories beside them."""
