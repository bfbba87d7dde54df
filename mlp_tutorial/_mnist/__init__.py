"""The digits that come with the package."""
