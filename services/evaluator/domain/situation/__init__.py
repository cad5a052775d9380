"""The arithmetic of a region's situation: spans of briefs, changes, parts of wholes, scenarios."""
