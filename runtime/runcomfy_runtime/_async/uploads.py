"""Put local media where the service can fetch them: any uploader, and one for object stores."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..media import LocalMedia
from ..payload import Draft, Slot
from ..uploads import AsyncAnyUploader, check_address, content_name, upload_failed
from .platform import blocking, each, either

if TYPE_CHECKING:
    from obstore import SignCapableStore

__all__ = ["AsyncObjectStoreUploader", "fill"]

_AT_A_TIME: Final = 4
_DEFAULT_LIFE: Final = timedelta(hours=24)
_LONGEST_LIFE: Final = timedelta(days=7)
"""Longest life that S3 signs an address for."""

_PATIENCE: Final = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
"""How long an unreachable store is tried before the upload fails."""


async def fill(draft: Draft, uploader: AsyncAnyUploader | None) -> bytes:
    """Return the body of ``draft``: its local media uploaded, a few at a time, or put in as data URIs.

    Raises:
        UploadFailed: If one could not be uploaded; nothing was submitted.
        InvalidInput: If one can no longer be read.
    """
    if uploader is None or not draft.slots:
        return await blocking(draft.with_content)
    call = partial(_upload, uploader)
    addresses = [address async for address in each(call, draft.slots, _AT_A_TIME, ordered=True)]
    return draft.with_addresses(addresses)


async def _upload(uploader: AsyncAnyUploader, slot: Slot) -> str:
    try:
        return check_address(await either(uploader.upload, slot.media))
    except Exception as error:
        raise upload_failed(slot, error) from error


class AsyncObjectStoreUploader:
    """Uploads local media to a bucket and gives the service presigned addresses that end with their life.

    Needs the extra ``upload`` (obstore). It works with S3 and what is compatible with it (R2, MinIO), Google Cloud
    Storage and Azure. Names are made of the content's SHA-256, so that the same file is stored once.

    Attributes:
        store: The bucket.
        prefix: What the names begin with.
        expires: How long an address is good.
        reuse: Whether content that is in the bucket already is not sent again.
    """

    def __init__(
        self,
        store: SignCapableStore,
        *,
        prefix: str = "runcomfy/",
        expires: timedelta = _DEFAULT_LIFE,
        reuse: bool = True,
    ) -> None:
        """Make an uploader.

        Args:
            store: The bucket, such as ``obstore.store.S3Store("my-bucket", region="eu-central-1")``.
            prefix: What the names begin with.
            expires: How long an address is good; the service fetches the file when the job runs, after the queue.
            reuse: Do not send content again that is in the bucket already; turn it off if the bucket deletes by age.

        Raises:
            ValueError: If ``expires`` is not between a minute and seven days.
        """
        if not timedelta(minutes=1) <= expires <= _LONGEST_LIFE:
            raise ValueError(f"expires is {expires}; give one minute to seven days")
        self.store = store
        self.prefix = prefix
        self.expires = expires
        self.reuse = reuse

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        prefix: str = "runcomfy/",
        expires: timedelta = _DEFAULT_LIFE,
        reuse: bool = True,
        **settings: Any,
    ) -> AsyncObjectStoreUploader:
        """Make an uploader from a bucket's address.

        Args:
            url: ``s3://bucket``, ``gs://bucket`` or ``az://container``; credentials come from the environment.
            prefix: What the names begin with.
            expires: How long an address is good.
            reuse: Do not send content again that is in the bucket already.
            **settings: Further settings for ``obstore.store.from_url``, such as ``endpoint`` and ``region``.

        Raises:
            ImportError: If the extra ``upload`` is not installed.
            ValueError: If ``expires`` is not between a minute and seven days, or the store cannot sign addresses.
        """
        try:
            from obstore.store import AzureStore, GCSStore, S3Store, from_url
        except ImportError:
            raise ImportError(
                "uploading to a bucket needs obstore: pip install 'runcomfy-sdk[upload]'"
            ) from None
        settings.setdefault("retry_config", _PATIENCE)
        store = from_url(url, **settings)
        if not isinstance(store, (S3Store, GCSStore, AzureStore)):
            raise ValueError(f"{url.partition('://')[0]}:// stores cannot sign addresses")
        return cls(store, prefix=prefix, expires=expires, reuse=reuse)

    async def upload(self, media: LocalMedia) -> str:
        """Upload ``media``, in parts if it is large, and return its presigned address."""
        from obstore import put_async, sign_async

        name = await blocking(content_name, media, self.prefix)
        if not (self.reuse and await self._holds(name, media.size)):
            attributes = {"Content-Type": media.media_type}
            if media.path is not None:
                await put_async(self.store, name, media.path, attributes=attributes)
            else:
                with media.open() as content:
                    await put_async(self.store, name, content, attributes=attributes)
        return await sign_async(self.store, "GET", name, self.expires)

    async def _holds(self, name: str, size: int) -> bool:
        from obstore import head_async

        try:
            return (await head_async(self.store, name))["size"] == size
        except FileNotFoundError:
            return False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(prefix={self.prefix!r}, expires={self.expires})"
