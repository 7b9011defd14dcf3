"""Local files put into a bucket of the user's, which the service fetches them from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..media import LocalMedia
from ..uploads import Uploader, content_name
from .exitcodes import CliError, ExitCode
from .progress import size_text
from .session import Session

if TYPE_CHECKING:
    from .._sync.uploads import ObjectStoreUploader

__all__ = ["Unsent", "open_uploader"]


def open_uploader(session: Session, url: str) -> Uploader:
    """Return what puts local files into the bucket at ``url``, saying so file by file.

    Raises:
        CliError: If there can be none.
    """
    from .._sync.uploads import ObjectStoreUploader

    try:
        return _Telling(session, ObjectStoreUploader.from_url(url))
    except ImportError as error:
        raise CliError(f"--upload-to: {error}", ExitCode.USAGE) from None
    except Exception as error:  # noqa: BLE001 - obstore has errors of its own for each store
        reason = str(error).strip().partition("\n")[0]
        raise CliError(
            f"--upload-to {url!r}: {reason}; give s3://BUCKET, gs://BUCKET or az://CONTAINER",
            ExitCode.USAGE,
        ) from None


class Unsent:
    """Stands for the bucket in a dry run: names what would be uploaded and sends nothing."""

    def __init__(self, url: str) -> None:
        self._place = url.partition("://")[2].strip("/")

    def upload(self, media: LocalMedia) -> str:
        """Return an address that looks like the one to come."""
        return f"https://to-be-signed.invalid/{self._place}/{content_name(media, 'runcomfy/')}"


class _Telling:
    def __init__(self, session: Session, uploader: ObjectStoreUploader) -> None:
        self._session = session
        self._uploader = uploader

    def upload(self, media: LocalMedia) -> str:
        """Say what is uploaded, and upload it.

        Raises:
            OSError: If the store's own code breaks down, as it does on an endpoint that is no address.
        """
        if not self._session.quiet:
            self._session.tell(
                f"uploading {media.name or media.media_type} ({size_text(media.size)})"
            )
        try:
            return self._uploader.upload(media)
        except Exception:
            raise
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise OSError(f"the store's settings cannot be used ({error})") from None
