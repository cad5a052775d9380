"""The front door: meters' readings come in over HTTP, admitted ones go out on `readings.v1`.

Ingest also owns the catalogue (who measures what, where, since when) and the keys, and publishes
both for the other services. Read in this order: handlers/intake.py (what happens to a request of
readings), domain/admission (what is refused, and why), handlers/registrar.py (what happens to an
import), domain/catalogue (what a good catalogue is).
"""
