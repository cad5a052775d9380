"""The console: figures, charts, pages over upstream services that are made up."""
