"""How good the warnings are: what came of them, how soon they came, and which rules are noise."""
