"""How the charts and maps of a brief are drawn: on a paper measured in millimetres."""
