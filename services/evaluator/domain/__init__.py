"""What the evaluator decides: pure functions over columns and frozen records."""
