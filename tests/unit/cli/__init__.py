"""The command line, as far as it can be judged without a running system."""
