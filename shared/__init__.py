"""What the services share: nouns (model), what crosses a process (contracts), plumbing (kit)."""
