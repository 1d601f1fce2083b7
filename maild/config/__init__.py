"""The configuration: one TOML file, read whole, refused whole, with every fault named at once."""

from maild.config.load import find, load
from maild.config.model import Config

__all__ = ["Config", "find", "load"]
