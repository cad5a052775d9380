"""Why nobody is told of a warning now: silences, quiet times, and warnings that mute others.

Nothing here is a state of the warning. It is an explanation, worked out whenever somebody asks, so
that nothing has to be repaired when a silence ends.
"""
