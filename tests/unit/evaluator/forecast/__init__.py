"""Forecasts without any technology."""
