"""Records as people write them: nested values that know their places, read with every fault."""
