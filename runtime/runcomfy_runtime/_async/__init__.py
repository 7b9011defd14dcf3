"""The asynchronous shell; the synchronous one is emitted from it."""
