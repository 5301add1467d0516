"""The entry points: `prepare` runs once, when the snapshot is made; `run` runs once in every instance."""

import gc
import json
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

import sqlalchemy
import sqlalchemy.orm

from . import bodies, frames, hidden_modules, libraries, platform_facade
from .channel import Channel, Recorder
from .extract import postponed_instrumentation
from .extract.extraction import Extraction
from .extract.sql import DIALECTS, dialect
from .libraries import versions
from .load import integrity, metaclass_calls, runtime_changes
from .load.repository import Repository
from .load.wheelhouse import Wheelhouse
from .places import Places
from .plan import Plan
from .stand_in import (
    base,
    compat_modules,
    constraint_origins,
    created_objects,
    declared_ddl,
    engines,
    escaped_objects,
    flask_config,
    generics,
    hooks,
    ledger,
    nondeterminism,
    processes,
    reflection,
    sqlalchemy_patches,
    string_parsing,
    threads,
)
from .stand_in.finder import StandInFinder

#: Objects that may be created before the collector looks at them. Nearly everything that an import makes stays, so that
#: looking often costs a fifth of a run and frees almost nothing.
_COLLECTED_AFTER = 200_000


def prepare() -> None:
    """Prepare everything that does not depend on a repository."""
    platform_facade.install()
    nondeterminism.install()
    for name in DIALECTS:
        dialect(name)  # imported now, so that their catalog tables do not count as those of a run
    sqlalchemy_patches.install()
    base.install()
    constraint_origins.install()
    declared_ddl.install()
    created_objects.install()
    postponed_instrumentation.install()
    engines.install()
    flask_config.install()
    reflection.install()
    generics.install()
    escaped_objects.install()
    hooks.install()
    runtime_changes.install()
    threads.install()
    bodies.install()
    compat_modules.restore()
    string_parsing.install()
    libraries.install()
    integrity.freeze()


def run(data: bytes, emit: Callable[[bytes], None], stream: Any = None) -> None:
    """Run from the host's plan to the last frame. `stream` leads to a database, and only `inspect` uses it."""
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)
    value = json.loads(data)
    if "render" in value:
        _render(value["render"], Channel(emit))
        return
    if "generate" in value:
        _generate(value["generate"], Channel(emit))
        return
    if "inspect" in value:
        _inspect(value["inspect"], Channel(emit), stream)
        return
    if "ask" in value:
        _ask(value["ask"], Channel(emit), stream)
        return
    if "migrations" in value:
        # Imported before the tree is on the path: a folder `alembic` of a repository is not the library.
        from .migrations import job as migrations
    plan = Plan.parse(value)
    channel, places = Recorder(emit), Places(plan.base, plan.wheelhouse)
    _begin_run(channel, places)
    versions.install(plan.base, plan.roots)
    repository, wheelhouse = _prepare_imports(plan, channel, places)
    if "migrations" in value:
        hidden_modules.hide_modules()
        migrations.record(value["migrations"], channel, repository)
        return
    repository.set_integrity(integrity.Integrity(channel, places))
    extraction = Extraction(plan, channel, repository, wheelhouse)
    hidden_modules.hide_modules()
    for target in plan.targets:
        repository.load(target)
        extraction.early()
    channel.done(extraction.final())


def _begin_run(channel: Channel, places: Places) -> None:
    """Send the greeting, and start the ledger."""
    channel.send(frames.Hello(frames.PROTOCOL, sys.version.split()[0], sqlalchemy.__version__))
    ledger.install(ledger.Ledger(channel, places))


def _render(job: dict[str, Any], channel: Channel) -> None:
    """Render changes: a run over data alone, which reads no file and runs no code of a repository."""
    warnings.simplefilter("ignore")
    _begin_run(channel, Places("/nowhere"))
    # Only rendering imports Alembic; in other runs it is a library that a repository's own module may replace.
    from .render import job as rendering

    rendering.render_job(job, channel)
    channel.done([])


def _generate(job: dict[str, Any], channel: Channel) -> None:
    """Write models of a document: as `_render`."""
    warnings.simplefilter("ignore")
    _begin_run(channel, Places("/nowhere"))
    from .generate import job as generating

    generating.generate_job(job, channel)
    channel.done([])


def _inspect(job: dict[str, Any], channel: Channel, stream: Any) -> None:
    """Read a database: a run over a connection alone, which reads no file and runs no code of a repository."""
    _begin_run(channel, Places("/nowhere"))
    # Only these runs import drivers.
    from .database import job as inspecting

    channel.done(inspecting.inspect(job, stream, channel))


def _ask(job: dict[str, Any], channel: Channel, stream: Any) -> None:
    """Count rows of a database: as `_inspect`."""
    _begin_run(channel, Places("/nowhere"))
    from .database import job as asking

    asking.ask(job, stream, channel)
    channel.done([])


def _prepare_imports(plan: Plan, channel: Channel, places: Places) -> tuple[Repository, Wheelhouse]:
    """Set up the import path: the repository, then the wheelhouse, then stand-ins."""
    warnings.simplefilter("ignore")
    own = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
    repository = Repository(plan, channel, places)
    repository.install()
    wheelhouse = Wheelhouse(plan, channel, places)
    wheelhouse.install()
    sys.meta_path.append(StandInFinder(sorted(own), wheelhouse.refuses))
    base.install_class_builder()
    metaclass_calls.install()
    processes.install()
    os.chdir(plan.base)
    return repository, wheelhouse
