"""Runs the lessons and knows when a result still holds. It knows no renderer."""
