"""Looks for conditions of all kinds beside the use of budgets, and tells of those that changed."""
