"""Tests of situation briefs: figures, sentences, documents."""
