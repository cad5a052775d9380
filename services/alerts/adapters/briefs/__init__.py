"""Briefs outside the core: facts and documents as JSON, and the forms in which briefs go out."""
