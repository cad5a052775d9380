"""The nouns of the business: pure records and arithmetic, no input or output."""
