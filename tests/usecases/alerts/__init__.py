"""The alerts handlers with ports in memory."""
