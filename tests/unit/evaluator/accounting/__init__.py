"""Tests of accounts and of the factors that they use."""
