"""The pages, signing in, and the stream of events passed on to browsers."""
