"""Turns executed lessons into Markdown, figures and downloads, without MkDocs."""
