"""What another rule would have raised: the same past judged twice, and what differs."""
