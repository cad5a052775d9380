"""The bench of the warning desk: new warnings from the topic, and questions with many open."""
