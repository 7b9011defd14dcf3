"""# [Evil] <b>Box</b> `x`.

Model ``acme/evil box/4K``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal, NotRequired, TypedDict

from pydantic import Field

from ..._runtime import (
    UNSET,
    AsyncEndpoint,
    AsyncJob,
    AsyncMediaOutput,
    AsyncRequest,
    Endpoint,
    InputModel,
    Job,
    MediaOutput,
    ModelInfo,
    Options,
    Request,
    Unset,
)

__all__ = [
    "AsyncEvilBoxN4k",
    "EvilBoxN4k",
    "EvilBoxN4kInput",
    "TagsItem",
    "TagsItemDict",
]


class TagsItem(InputModel):
    """One item of tags."""

    field_class__: Annotated[str | None, Field(alias="__class__")] = None
    a_b: Annotated[str | None, Field(alias='a"b')] = None


class EvilBoxN4kInput(InputModel):
    """The input of ``acme/evil box/4K``, as it is sent."""

    touch_x: Annotated[float | None, Field(alias="$(touch x)", ge=0.0, le=1.0)] = None
    Literal_: Annotated[int | None, Field(alias="Literal")] = None
    class_: Annotated[
        Literal['a"b', "c'd", "e\\f", "g`h", "i|j", '"""', "{{ k }}", "<l>", "\u2028", ""] | None,
        Field(alias="class"),
    ] = None
    import_os_os_system_id: Annotated[str | None, Field(alias='import os; os.system("id")')] = None
    model_config_: Annotated[bool | None, Field(alias="model_config")] = None
    options_: Annotated[str | None, Field(alias="options")] = None
    prompt: str
    tags: list[TagsItem] | None = None


TagsItemDict = TypedDict(
    "TagsItemDict",
    {
        "__class__": NotRequired[str],
        'a"b': NotRequired[str],
    },
)


MODEL: Final = ModelInfo(
    id="acme/evil box/4K",
    title="# [Evil] <b>Box</b> `x`",
    input=EvilBoxN4kInput,
    media={},
    output=None,
    validations={},
)


class EvilBoxN4k(Endpoint):
    """# [Evil] <b>Box</b> `x`.

    Model ``acme/evil box/4K``, text-to-media.

    - item *bold* | \"\"\" ${x} \\.
    """

    model = MODEL

    def run(
        self,
        *,
        prompt: str,
        touch_x: float | Unset = UNSET,
        Literal_: int | Unset = UNSET,
        class_: (
            Literal['a"b', "c'd", "e\\f", "g`h", "i|j", '"""', "{{ k }}", "<l>", "\u2028", ""]
            | Unset
        ) = UNSET,
        import_os_os_system_id: str | Unset = UNSET,
        model_config_: bool | Unset = UNSET,
        options_: str | Unset = UNSET,
        tags: Sequence[TagsItem | TagsItemDict] | Unset = UNSET,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: \"\"\"'''\\ import os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` |
                <script>alert(1)</script> --> ]]> \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}.
            touch_x: */ // <!-- ". 0 to 1.
            Literal_: Literal. The service's default is 3.
            class_: Ends with a backslash \\. One of "a\\"b", "c'd", "e\\\\f", "g`h", "i|j", "\\"\\"\\"", "{{ k
                }}", "<l>", " ", "".
            import_os_os_system_id: ``` # heading | a | b | ---.
            model_config_: Model Config. The service's default is false.
            options_: Ends with a quote ". The service's default is "a \\"quoted\\" default".
            tags: \"\"\"'''\\ import os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` |
                <script>alert(1)</script> --> ]]> \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (files) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return self._run(
            {
                "prompt": prompt,
                "$(touch x)": touch_x,
                "Literal": Literal_,
                "class": class_,
                'import os; os.system("id")': import_os_os_system_id,
                "model_config": model_config_,
                "options": options_,
                "tags": tags,
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        touch_x: float | Unset = UNSET,
        Literal_: int | Unset = UNSET,
        class_: (
            Literal['a"b', "c'd", "e\\f", "g`h", "i|j", '"""', "{{ k }}", "<l>", "\u2028", ""]
            | Unset
        ) = UNSET,
        import_os_os_system_id: str | Unset = UNSET,
        model_config_: bool | Unset = UNSET,
        options_: str | Unset = UNSET,
        tags: Sequence[TagsItem | TagsItemDict] | Unset = UNSET,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
                "$(touch x)": touch_x,
                "Literal": Literal_,
                "class": class_,
                'import os; os.system("id")': import_os_os_system_id,
                "model_config": model_config_,
                "options": options_,
                "tags": tags,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        touch_x: float | Unset = UNSET,
        Literal_: int | Unset = UNSET,
        class_: (
            Literal['a"b', "c'd", "e\\f", "g`h", "i|j", '"""', "{{ k }}", "<l>", "\u2028", ""]
            | Unset
        ) = UNSET,
        import_os_os_system_id: str | Unset = UNSET,
        model_config_: bool | Unset = UNSET,
        options_: str | Unset = UNSET,
        tags: Sequence[TagsItem | TagsItemDict] | Unset = UNSET,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "$(touch x)": touch_x,
                "Literal": Literal_,
                "class": class_,
                'import os; os.system("id")': import_os_os_system_id,
                "model_config": model_config_,
                "options": options_,
                "tags": tags,
            },
            options,
        )


class AsyncEvilBoxN4k(AsyncEndpoint):
    """# [Evil] <b>Box</b> `x`.

    Model ``acme/evil box/4K``, text-to-media.

    - item *bold* | \"\"\" ${x} \\.
    """

    model = MODEL

    async def run(
        self,
        *,
        prompt: str,
        touch_x: float | Unset = UNSET,
        Literal_: int | Unset = UNSET,
        class_: (
            Literal['a"b', "c'd", "e\\f", "g`h", "i|j", '"""', "{{ k }}", "<l>", "\u2028", ""]
            | Unset
        ) = UNSET,
        import_os_os_system_id: str | Unset = UNSET,
        model_config_: bool | Unset = UNSET,
        options_: str | Unset = UNSET,
        tags: Sequence[TagsItem | TagsItemDict] | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: \"\"\"'''\\ import os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` |
                <script>alert(1)</script> --> ]]> \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}.
            touch_x: */ // <!-- ". 0 to 1.
            Literal_: Literal. The service's default is 3.
            class_: Ends with a backslash \\. One of "a\\"b", "c'd", "e\\\\f", "g`h", "i|j", "\\"\\"\\"", "{{ k
                }}", "<l>", " ", "".
            import_os_os_system_id: ``` # heading | a | b | ---.
            model_config_: Model Config. The service's default is false.
            options_: Ends with a quote ". The service's default is "a \\"quoted\\" default".
            tags: \"\"\"'''\\ import os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` |
                <script>alert(1)</script> --> ]]> \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (files) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return await self._run(
            {
                "prompt": prompt,
                "$(touch x)": touch_x,
                "Literal": Literal_,
                "class": class_,
                'import os; os.system("id")': import_os_os_system_id,
                "model_config": model_config_,
                "options": options_,
                "tags": tags,
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        touch_x: float | Unset = UNSET,
        Literal_: int | Unset = UNSET,
        class_: (
            Literal['a"b', "c'd", "e\\f", "g`h", "i|j", '"""', "{{ k }}", "<l>", "\u2028", ""]
            | Unset
        ) = UNSET,
        import_os_os_system_id: str | Unset = UNSET,
        model_config_: bool | Unset = UNSET,
        options_: str | Unset = UNSET,
        tags: Sequence[TagsItem | TagsItemDict] | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
                "$(touch x)": touch_x,
                "Literal": Literal_,
                "class": class_,
                'import os; os.system("id")': import_os_os_system_id,
                "model_config": model_config_,
                "options": options_,
                "tags": tags,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        touch_x: float | Unset = UNSET,
        Literal_: int | Unset = UNSET,
        class_: (
            Literal['a"b', "c'd", "e\\f", "g`h", "i|j", '"""', "{{ k }}", "<l>", "\u2028", ""]
            | Unset
        ) = UNSET,
        import_os_os_system_id: str | Unset = UNSET,
        model_config_: bool | Unset = UNSET,
        options_: str | Unset = UNSET,
        tags: Sequence[TagsItem | TagsItemDict] | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "$(touch x)": touch_x,
                "Literal": Literal_,
                "class": class_,
                'import os; os.system("id")': import_os_os_system_id,
                "model_config": model_config_,
                "options": options_,
                "tags": tags,
            },
            options,
        )
