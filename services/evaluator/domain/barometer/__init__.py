"""The barometer (晴雨表): levels of targets by versioned rule sets, decided in exact numbers."""
