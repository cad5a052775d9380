"""What the desk of silences refuses, as problems that people and programs understand."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.alerts.handlers.silences import NotAllowedError, RefusedError, UnknownError
from services.alerts.ports.suppression import OvertakenError
from shared.kit.web import Problem


@contextmanager
def decided() -> Iterator[None]:
    """Turns refusals within the block into problems."""
    try:
        yield
    except UnknownError as error:
        raise Problem(404, "Not found", str(error), kind=error.kind) from error
    except NotAllowedError as error:
        raise Problem(403, "Not allowed", str(error), kind=error.kind) from error
    except RefusedError as error:
        raise Problem(409, "In conflict with what is there", str(error), kind=error.kind) from error
    except OvertakenError as error:
        raise Problem(
            409,
            "In conflict with what is there",
            f"{error}: read it again and decide anew.",
            kind="overtaken",
        ) from error


def unacceptable(name: str, detail: str) -> Problem:
    """422 with the name of the value."""
    return Problem(422, "Some values are not acceptable", f"{name}: {detail}", kind="bad-silence")
