"""Replay: files of readings, read as a mapping says, sent through the same door as any meter's.

mapping (what the YAML may say) -> sources (files, archives) -> rows (readings as text)
-> transforms -> batches in the order asked for -> sender (HTTP, retries) -> tally (answers).
"""
