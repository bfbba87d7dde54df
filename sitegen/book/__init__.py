"""Prints the course as a book: one document of all lessons, and from it a PDF."""
