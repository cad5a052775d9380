"""Whether readings are admitted: columns in, columns and reasons out, no object for a reading."""
