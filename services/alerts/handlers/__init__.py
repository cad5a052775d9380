"""The order of events: hear judgements, deliver what is due."""
