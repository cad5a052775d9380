"""Everything that crosses a process boundary: topics, messages and their codecs."""
