"""Demo data: four organizations, each in the manner of one source, around today."""

from examples.demo.filling import Demo, fill

__all__ = ["Demo", "fill"]
