"""Demo data: four organizations, each in the manner of one source, around today; and any number of others."""

from examples.demo.filling import Demo, fill
from examples.demo.growing import grow

__all__ = ["Demo", "fill", "grow"]
