"""Fonts and outlines of regions for briefs: npm packages pinned by hash, fetched once a machine."""
