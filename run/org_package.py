"""Where the package for the org lies: beside us in a checkout, within us once installed."""

from __future__ import annotations

from pathlib import Path

from bridge.errors import ConfigurationError


def org_package() -> Path:
    """Give the folder of the package's metadata. Raises: ConfigurationError when it did not travel."""
    here = Path(__file__).parent
    for root in (here.parent / "salesforce" / "force-app", here / "force-app"):
        if root.is_dir():
            return root / "main" / "default"
    raise ConfigurationError("the org's package (salesforce/force-app) is missing from this installation")
