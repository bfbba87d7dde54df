"""The docstrings of checks, which Griffe would not find because they are the argument `doc`."""

import ast
import inspect
from typing import Any

from griffe import Attribute, Docstring, Extension


class Cards(Extension):
    """Take the docstring of `check_x = Exercise(doc="…")` from `doc`."""

    def on_attribute_instance(self, *, node: Any, attr: Attribute, **_: Any) -> None:
        """Set the docstring of a check."""
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for keyword in node.value.keywords:
                if keyword.arg == "doc":
                    doc = inspect.cleandoc(ast.literal_eval(keyword.value))
                    attr.docstring = Docstring(doc, parent=attr, parser="google")
