"""The library as a wheel, which the site carries so that each copy of it can be installed from."""

from dataclasses import dataclass
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from sitegen import ROOT


@dataclass(frozen=True)
class Wheel:
    """The wheel of a copy of the site, and where pip finds it.

    Attributes:
        name: The name of the file in the site's folder `downloads`.
        site: The address of the site, if it's known.
        package: The name of the library in the package index, once it's released there.
    """

    name: str
    site: str = ""
    package: str = ""

    @property
    def requirement(self) -> str:
        """What `pip install` takes: a name, an address, or a file beside the notebook."""
        if self.package:
            return self.package
        address = f"{self.site.rstrip('/')}/downloads/" if self.site else "./"
        return f"{address}{self.name}"

    @property
    def with_jupyter(self) -> str:
        """What `pip install` takes to install JupyterLab as well, in quotes for a shell."""
        if self.package:
            return f'"{self.package}[jupyter]"'
        extra = f"mlp-tutorial[jupyter] @ {self.requirement}"
        return f'"{extra if self.site else f"{self.requirement}[jupyter]"}"'

    @property
    def cell(self) -> str:
        """The first cell of a notebook, which installs the library where it's missing."""
        lines = [
            "# Installs the library of this course if it isn't here yet. A PyTorch that's new",
            "# enough stays as it is.",
            "from importlib.util import find_spec",
            "",
            'if not find_spec("mlp_tutorial"):',
            f"    %pip install --quiet {self.requirement}",
        ]
        if not (self.package or self.site):
            lines[2:2] = [f"# First save {self.name} beside this notebook."]
        return "\n".join(lines)


def build_wheel(folder: Path) -> Path:
    """Build the wheel of the library into a folder, and return its path."""
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder))))
