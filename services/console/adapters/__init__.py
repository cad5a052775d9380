"""The outside world of the console: the other services, and the table of sign-ins."""
