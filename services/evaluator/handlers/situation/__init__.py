"""The situation of a region in a reporting period: gathered as of one commit, then arithmetic."""
