"""Situation briefs (形势分析): from figures to finished documents, and their way to publication."""
