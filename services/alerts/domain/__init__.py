"""What a warning is, how a judgement advances it, and when a delivery is tried again."""
