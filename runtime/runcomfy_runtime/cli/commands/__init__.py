"""The commands, one module for each that the command tree imports when it is used."""
