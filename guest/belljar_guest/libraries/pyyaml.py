"""PyYAML: its compiled loaders, which every wheel contains, are replaced by the Python ones."""

from types import ModuleType


def adapt(module: ModuleType) -> None:
    """Define the names of the compiled loaders and dumpers."""
    for kind in ("Loader", "Dumper"):
        for name in ("", "Base", "Safe", "Full", "Unsafe"):
            if hasattr(module, name + kind):
                setattr(module, f"C{name}{kind}", getattr(module, name + kind))
    module.__with_libyaml__ = True  # type: ignore[attr-defined]
