"""Console: the pages that people look at, over the HTTP APIs of the other services.

It owns no domain. Whoever signs in lends it a key; everything on a page is what that key may see.
"""
