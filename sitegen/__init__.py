"""Builds the website: runs the lessons in `tutorials/` and turns them into pages."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
TUTORIALS = ROOT / "tutorials"
