"""What statsmodels does for forecasts; imported only in the process that computes them."""
