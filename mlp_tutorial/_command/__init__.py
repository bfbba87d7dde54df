"""The command `mlp-tutorial`: take the course on your own machine, or grade a class."""
