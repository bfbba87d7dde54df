"""`python -m mlp_tutorial`, for terminals that don't find the command `mlp-tutorial`."""

from mlp_tutorial._command.app import main

main()
