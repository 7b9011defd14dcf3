"""Completion for PowerShell, which click does not know."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    split_arg_string,
)

__all__ = ["PowerShellComplete", "add_powershell"]

_SCRIPT = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = $commandAst.ToString()
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    if ($length -lt $line.Length) { $line = $line.Substring(0, $length) }
    $env:COMP_WORDS = $line
    $env:COMP_WORD = $wordToComplete
    $env:%(complete_var)s = "powershell_complete"
    try { $found = @(%(prog_name)s) }
    finally { $env:COMP_WORDS = $env:COMP_WORD = $env:%(complete_var)s = $null }
    foreach ($row in $found) {
        $kind, $value, $help = $row -split "`t", 3
        if ($kind -ne "plain") { continue }
        $text = if ($value -match "[\\s'`"$;,|&()]") { "'" + $value.Replace("'", "''") + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, "ParameterValue", $help)
    }
}
"""


class PowerShellComplete(ShellComplete):
    """Answers with a line for each candidate: its kind, its value and its help, between tabs.

    Where a file is wanted the script yields nothing, and PowerShell completes files itself.
    """

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = _SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one at the cursor, and that one."""
        words = split_arg_string(os.environ["COMP_WORDS"])[1:]
        incomplete = os.environ.get("COMP_WORD", "")
        if incomplete and words:
            return words[:-1], words[-1]
        return words, ""

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return the line of one candidate."""
        help_text = " ".join((item.help or item.value).split())
        return f"{item.type}\t{item.value}\t{help_text}"


def add_powershell() -> None:
    """Make click know PowerShell."""
    add_completion_class(PowerShellComplete)
