"""The command `mlp-tutorial`: lessons and exercises at home, and a class to grade."""
