"""Energy per unit of product against national limits, benchmark levels, and among peers."""
