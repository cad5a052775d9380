"""The doors: HTTP for readings, the catalogue and keys, and the watch on other copies' changes."""
