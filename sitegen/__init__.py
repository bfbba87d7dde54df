"""The machinery that turns the lessons in `tutorials/` into the pages of the site."""
