"""What git and the source archive do not hold is built before a wheel is packed or an editable install is made."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EDITABLE = "editable"


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs tools/build_registries.py and tools/build_assets.py; each does nothing where its inputs are unchanged."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Registries and the desk's assets are as their sources say.

        An editable install goes on without the assets, which need npm: reading and the command line do not use them.
        """
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        _tool(root / "tools" / "build_registries.py").build()
        assets = _tool(root / "tools" / "build_assets.py")
        try:
            assets.build(root)
        except assets.AssetsNotBuilt as error:
            if version != EDITABLE:
                raise
            self.app.display_warning(f"the desk's assets were not built: {error}")


def _tool(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
