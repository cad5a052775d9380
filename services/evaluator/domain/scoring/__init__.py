"""Target-responsibility assessment (目标责任考核): points, vetoes, grades and ranks."""
