"""Tests of levels against published and made-up positions."""
