"""The diamonds that come with the package."""
