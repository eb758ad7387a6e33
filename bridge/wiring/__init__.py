"""Puts the parts together, here and nowhere else in the product; processes are started by `run`."""

from bridge.wiring.provider import build_provider
from bridge.wiring.services import Services, build_services
from bridge.wiring.sources import load_mappings

__all__ = ["Services", "build_provider", "build_services", "load_mappings"]
