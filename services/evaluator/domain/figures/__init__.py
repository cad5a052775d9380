"""Numbers that can say how they came about: exact values with the steps and leaves behind them."""
