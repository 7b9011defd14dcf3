"""The command ``runcomfy-codegen``.

Exit codes: 0 clean, 1 drift (with ``--check``) or breaking change (with ``--fail-on``), 2 error. Reports go
to stderr, what was asked for to stdout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runcomfy_codegen.app import (
    Output,
    explain_model,
    list_rules,
    run_generate,
    run_ingest,
    run_regenerate,
    save_catalogue,
)
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.mode import Mode
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.semver import BUMPS, Bump

if TYPE_CHECKING:
    from runcomfy_codegen.diff.command import Form

__all__ = ["main"]

_specs = click.option(
    "--specs",
    "specs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="Folder of the specs.",
)
_out = click.option(
    "--out",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="Folder of the generated tree.",
)
_force = click.option(
    "--force", is_flag=True, help="Overwrite generated files that were edited by hand."
)
_only = click.option(
    "--only",
    multiple=True,
    metavar="GLOB",
    help="Write the files of these models and the indexes, and leave other models' files as they are; "
    "** crosses slashes. May be repeated.",
)
_type_check = click.option(
    "--type-check",
    is_flag=True,
    help="Type-check the old release's examples and tests against the new tree too (needs mypy; takes seconds).",
)
_workers = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that render; one for each processor, if there is enough to do, by default.",
)


def _modes(command: Callable[..., None]) -> Callable[..., None]:
    for flag, text in (
        ("--diff", "Print what would change as a unified diff, and write nothing."),
        ("--dry-run", "Name what would change, and write nothing."),
        ("--check", "Write nothing; exit 1 if anything would change."),
    ):
        command = click.option(flag, is_flag=True, help=text)(command)
    return command


def _show_version(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from runcomfy_codegen import __version__

        click.echo(f"runcomfy-codegen, version {__version__}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Turn scraped model API pages into specs, and specs into an SDK, a command table and docs."""


@cli.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@_specs
@click.option(
    "--live", is_flag=True, help="Read the live catalogue into SPECS/pages first (needs a token)."
)
@click.option("--base-url", metavar="URL", help="Address of the service for --live.")
def ingest(sources: tuple[Path, ...], specs: Path, live: bool, base_url: str | None) -> None:
    """Read pages and saved catalogues (files or folders) and write one spec a model.

    A bad page is reported and skipped; the others go through, and the exit code is 2.
    """
    if not sources and not live:
        raise click.UsageError("Give pages, folders or saved catalogues, or --live.")
    reporter = Reporter()
    if live:
        sources = (*sources, save_catalogue(specs, base_url, reporter))
    sys.exit(run_ingest(sources, specs, Mode.WRITE, reporter))


@cli.command()
@_specs
@_out
@_only
@_force
@_workers
@_modes
def generate(
    specs: Path,
    out: Path,
    only: tuple[str, ...],
    force: bool,
    workers: int | None,
    check: bool,
    dry_run: bool,
    diff: bool,
) -> None:
    """Write the SDK, the command table and the docs from the specs."""
    mode = Mode.CHECK if check else Mode.DRY_RUN if dry_run or diff else Mode.WRITE
    output = Output(out, only, force, workers)
    sys.exit(run_generate(specs, output, mode, Reporter(show_diff=diff)))


@cli.command()
@_specs
@_out
@_only
@_force
@_workers
@_type_check
@_modes
def regenerate(
    specs: Path,
    out: Path,
    only: tuple[str, ...],
    force: bool,
    workers: int | None,
    type_check: bool,
    check: bool,
    dry_run: bool,
    diff: bool,
) -> None:
    """Ingest the pages in SPECS/pages, then generate. The one command to run when pages change."""
    mode = Mode.CHECK if check else Mode.DRY_RUN if dry_run or diff else Mode.WRITE
    output = Output(out, only, force, workers)
    reporter = Reporter(show_diff=diff)
    sys.exit(run_regenerate(specs, output, mode, reporter, type_check=type_check))


@cli.command()
@click.argument("dest", type=click.Path(path_type=Path))
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="Models to take, by id; ** crosses slashes. May be repeated. All, or those of the last run, by default.",
)
@click.option(
    "--package",
    metavar="NAME",
    help="Import name that the copy's readme shows; the folder's name by default.",
)
@click.option(
    "--specs",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the specs; specs here, or else those of the installed package, by default.",
)
@click.option(
    "--with-cli/--without-cli",
    default=None,
    help="Take the command line too (needs click and rich).",
)
@click.option("--force", is_flag=True, help="Overwrite hand edits; write among other files.")
@_modes
def vendor(
    dest: Path,
    include: tuple[str, ...],
    package: str | None,
    specs: Path | None,
    with_cli: bool | None,
    force: bool,
    check: bool,
    dry_run: bool,
    diff: bool,
) -> None:
    """Write a copy of the SDK that needs nothing of this project into DEST, a folder of your application.

    Run it again to update the copy, or to add and remove models. DEST keeps what was asked for in vendor.lock.json.

    \b
    Example:
      runcomfy-codegen vendor myapp/_vendor/runcomfy --include 'tongyi-mai/**'
    """  # noqa: D301
    from runcomfy_codegen.vendor import Request, run_vendor

    mode = Mode.CHECK if check else Mode.DRY_RUN if dry_run or diff else Mode.WRITE
    request = Request(dest, include, package, specs, with_cli, force)
    sys.exit(run_vendor(request, mode, Reporter(show_diff=diff)))


@cli.command("diff")
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--changelog", "form", flag_value="changelog", help="Print a changelog section.")
@click.option("--fail-on", type=click.Choice(["breaking"]), help="Exit 1 if a change breaks.")
@_type_check
@click.option(
    "--templates",
    type=click.Choice(BUMPS),
    default="none",
    show_default=True,
    help="What changes of the templates ask for.",
)
@click.option(
    "--runtime",
    type=click.Choice(BUMPS),
    default="none",
    show_default=True,
    help="What changes of the runtime ask for.",
)
def diff_command(
    old: Path,
    new: Path,
    form: Form | None,
    fail_on: str | None,
    type_check: bool,
    templates: Bump,
    runtime: Bump,
) -> None:
    """Show what changed between two spec trees (folders that hold models/), and what that breaks."""
    from runcomfy_codegen.diff.command import run_diff

    sys.exit(
        run_diff(
            old,
            new,
            form or "text",
            Reporter(),
            templates=templates,
            runtime=runtime,
            fail_on_breaking=fail_on == "breaking",
            type_check=type_check,
        )
    )


@cli.command()
@click.argument("model")
@_specs
def explain(model: str, specs: Path) -> None:
    """Show what normalization changed in MODEL, before and after, and what it left open."""
    sys.exit(explain_model(model, specs))


@cli.command()
@_specs
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rules(specs: Path, as_json: bool) -> None:
    """List all normalization rules with their reason and the number of models each touched."""
    sys.exit(list_rules(specs, as_json=as_json))


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code; errors become a report, never a traceback."""
    try:
        cli.main(args=argv, prog_name="runcomfy-codegen", standalone_mode=False)
    except CodegenError as error:
        Reporter().problems(error.problems)
        return 2
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.Abort:
        Reporter().line("interrupted; the generated tree is the old one or the new one, whole")
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 2
    except OSError as error:
        Reporter().line(f"error: {error.strerror or error}: {error.filename or ''}")
        return 2
    return 0
