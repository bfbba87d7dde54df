"""What lessons computed, for the elements of the site that compute on with it in the browser.

A cell with the metadata `export="model"` offers a tensor, or the parameters of a network, by name.
Its numbers are an output of the notebook, as float32; the site has them as float16.
"""

import base64
import json
from dataclasses import dataclass

import numpy as np
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from numpy.typing import NDArray

from sitegen.lesson import EXPORTED, ROOT
from sitegen.record import read_outputs

IN_ATTRIBUTE = 100  # numbers


@dataclass(frozen=True)
class Exported:
    """What a cell offers under one name.

    Attributes:
        shapes: Of the tensors, in order.
        numbers: Of all of them, one after the other, float32.
    """

    shapes: list[list[int]]
    numbers: NDArray[np.float32]


def read_exported(lesson: str) -> dict[str, Exported]:
    """Read what an executed lesson offers, by name; nothing while it has not run."""
    return {
        name: Exported(
            found["shapes"], np.frombuffer(base64.b64decode(found["float32"]), dtype="<f4")
        )
        for _, output in read_outputs(lesson, ROOT)
        for name, found in output.get("data", {}).get(EXPORTED, {}).items()
    }


def add_tensors(lesson: str, files: Files, config: MkDocsConfig) -> None:
    """Add what is too large for an attribute to the site; as a script too, for pages from files."""
    for name, exported in read_exported(lesson).items():
        if exported.numbers.size <= IN_ATTRIBUTE:
            continue
        halves = exported.numbers.astype("<f2").tobytes()
        script = f"mlp.tensors = {json.dumps(base64.b64encode(halves).decode())};\n"
        for suffix, content in ((".f16", halves), (".js", script)):
            uri = f"assets/tensors/{lesson}-{name}{suffix}"
            file = File.generated(config, uri, content=content)
            file.inclusion = InclusionLevel.INCLUDED
            files.append(file)
