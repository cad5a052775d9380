"""The demonstration: real data of a steel works and ten buildings, from nothing to warnings.

`data/` holds the readings with their licences, `steel.yaml` and `estates.yaml` say how to read
them, `catalogue/` and `budgets.yaml` say what there is (enterprises are invented and say so), and
`published.yaml` has the sums that their publishers give, which the books must reproduce.
"""
