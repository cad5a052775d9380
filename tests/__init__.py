"""Tests, by what they need: nothing (unit, usecases), real parts (contract), all (system)."""
