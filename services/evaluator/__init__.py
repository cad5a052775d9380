"""Exact books and their judgement: readings come in, assessments go out.

Read in this order: handlers/bookkeeper.py (readings -> differences of hours), handlers/judge.py
(differences -> books -> levels), then the pure decisions under domain/.
"""
