"""Forecasts of what a period will come to: floats for people to look ahead, never put into books.

All of it is pure: days and values go in, paths, intervals and errors come out.
"""
