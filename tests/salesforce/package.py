"""Where the package lies, how its metadata reads, and the Node that checks it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.servers.node import node_program

PROJECT = Path(__file__).parents[2] / "salesforce"
FORCE_APP = PROJECT / "force-app" / "main" / "default"
CONNECTION = PROJECT / "connection" / "main" / "default"
NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
MODULES = PROJECT / "node_modules"
_TIMEOUT_S = 240


def metadata(pattern: str, root: Path = FORCE_APP) -> Iterator[tuple[Path, ET.Element]]:
    """Give the metadata files that match, with their root elements."""
    for path in sorted(root.glob(pattern)):
        yield path, ET.parse(path).getroot()


def texts(element: ET.Element, *path: str) -> list[str]:
    """Give the texts found under a path of tags."""
    return [found.text or "" for found in element.findall("/".join(NAMESPACE + tag for tag in path))]


def text(element: ET.Element, *path: str) -> str:
    """Give the first text under a path of tags, or an empty one."""
    return next(iter(texts(element, *path)), "")


def custom_fields() -> set[tuple[str, str]]:
    """Give object and name of every custom field of the package."""
    return {
        (path.parent.parent.name, path.name.removesuffix(".field-meta.xml"))
        for path, _ in metadata("objects/*/fields/*.field-meta.xml")
    }


def apex() -> dict[str, str]:
    """Give the text of each Apex class and trigger by name."""
    files = [*FORCE_APP.glob("classes/*.cls"), *FORCE_APP.glob("triggers/*.trigger")]
    return {file.name.split(".")[0]: file.read_text(encoding="utf-8") for file in files}


def node(*arguments: str, cwd: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run Node to its end. It must be there, with its packages: `make node` installs both."""
    program = node_program()
    assert program, "no Node 20.19 or newer here: make node"
    assert MODULES.is_dir(), "salesforce/node_modules is missing: make node"
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT_S,
        env=os.environ | {"FORCE_COLOR": "0"},
    )
