"""From an operator's rows to dated records, with every mistake named and none half-applied."""
