"""The response ladder: which steps a warning calls for, who answers for them, and by when."""
