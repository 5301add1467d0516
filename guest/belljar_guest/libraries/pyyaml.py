"""PyYAML: its compiled loaders, which every wheel has, are the ones written in Python."""

from types import ModuleType


def adapt(module: ModuleType) -> None:
    """Give the loaders and dumpers their other names."""
    for kind in ("Loader", "Dumper"):
        for name in ("", "Base", "Safe", "Full", "Unsafe"):
            if hasattr(module, name + kind):
                setattr(module, f"C{name}{kind}", getattr(module, name + kind))
    module.__with_libyaml__ = True  # type: ignore[attr-defined]
