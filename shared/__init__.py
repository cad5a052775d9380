"""What the services share: the nouns (model), what crosses a process (contracts), plumbing (kit)."""
