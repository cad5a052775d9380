"""From books, statements, factors and targets as of a commit to figures, levels and reports."""
