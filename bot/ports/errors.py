"""How the outside can fail. An error says what follows from it; the engine classifies by these alone."""

from datetime import timedelta


class OutsideError(Exception):
    """Something outside failed. The message is for people; it never holds a token or a document's text."""


class UnavailableError(OutsideError):
    """GitHub fails, is silent or asks to slow down: try again; this never reads as a verdict."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """How long GitHub asked to wait; None where it did not say."""


class LimitedError(UnavailableError):
    """GitHub limits the installation: nothing may be asked in its name before ``retry_after`` is over."""


class StoreUnavailableError(UnavailableError):
    """Our own database does not answer, or has more waiting than it takes: try again."""


class GoneError(OutsideError):
    """The pull request, repository or installation is not there (any more): drop the job."""


class DeniedError(OutsideError):
    """A permission is missing. Trying again helps only after an owner has granted it."""

    def __init__(self, message: str, needs: str = "") -> None:
        super().__init__(message)
        self.needs = needs
        """As ``X-Accepted-GitHub-Permissions`` names it, such as ``checks=write``."""


class SuspendedError(DeniedError):
    """The installation is suspended; an event tells when its owner has resumed it."""


class ReadOnlyError(DeniedError):
    """The repository is archived: nothing can be written, and nothing has to be before it is back."""


class CredentialsError(OutsideError):
    """GitHub does not accept this app's key or id: an administrator has to act."""
