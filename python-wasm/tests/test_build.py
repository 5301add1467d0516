"""The parts of the build that need neither network nor tool."""

import argparse
import contextlib
import json
import os
import tempfile
import unittest
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pins
from belljar_snapshot import absent, warmup
from pins import Failure, Pin

import build

HERE = Path(build.__file__).parent


class Folder(unittest.TestCase):
    """A test with a temporary folder."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Pinned(Folder):
    """Artefacts match their pins, or are refused."""

    def test_every_pin_is_complete(self) -> None:
        known = pins.load(HERE / "pins.toml")
        for pin in [known.tool, *(pin for packages in known.generations.values() for pin in packages)]:
            self.assertRegex(pin.sha256, "^[0-9a-f]{64}$")
            self.assertIn(f"-{pin.version}-", pin.file)

    def test_what_releases_ask_for_is_of_a_library(self) -> None:
        known = pins.load(HERE / "pins.toml")
        self.assertIn("sqlmodel", {pin.name for pin in known.generations["2.1"] if pin.asks})
        text = (HERE / "pins.toml").read_text(encoding="utf-8")
        (self.folder / "pins.toml").write_text(text + '\n[asks.nobody]\n"1" = "<2"\n', encoding="utf-8")
        with self.assertRaisesRegex(Failure, "names no library: nobody"):
            pins.load(self.folder / "pins.toml")

    def test_what_a_pinned_release_asks_for_is_said(self) -> None:
        wheel = self.folder / "jar-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            metadata = (
                "Name: jar\nRequires-Dist: sqlalchemy-utils>=1\nRequires-Dist: SQLAlchemy[asyncio] (<2)\n"
            )
            archive.writestr("jar-1.0.dist-info/METADATA", metadata)
        pin = Pin("jar", "1.0", wheel.name, "")
        self.assertEqual(build.asks(pin, wheel), [("0", "<2")])
        for last in ("<2", ">=1.2,<2"):  # the other limit is ours
            said = (("0.1", "<1.4"), ("0.9", last))
            self.assertEqual(build.asks(Pin("jar", "1.0", wheel.name, "", asks=said), wheel), list(said))
        with self.assertRaisesRegex(Failure, "does not say so"):
            build.asks(Pin("jar", "1.0", wheel.name, "", asks=said[:1]), wheel)

    def test_a_cached_file_is_used_only_with_its_hash(self) -> None:
        pin = Pin("jar", "1.0", "jar-1.0-py3-none-any.whl", "")
        (self.folder / pin.file).write_bytes(b"other")
        with self.assertRaisesRegex(Failure, "the network is off"):
            pins.ensure(pin, self.folder, offline=True)
        good = Pin(pin.name, pin.version, pin.file, pins.sha256(self.folder / pin.file))
        self.assertEqual(pins.ensure(good, self.folder, offline=True), self.folder / pin.file)

    def test_tags_become_options_of_pip(self) -> None:
        self.assertEqual(pins._tags("jar-1.0-py3-none-any.whl"), ["--platform", "any"])
        self.assertEqual(
            pins._tags("jar-1.0-cp311-cp311-a_x86_64.b_x86_64.whl"),
            "--platform a_x86_64 --platform b_x86_64 --implementation cp --python-version 3.11 --abi cp311".split(),
        )


class Inputs(Folder):
    """A snapshot is rebuilt exactly when an input has changed."""

    def test_the_digest_follows_the_guest_and_ignores_caches(self) -> None:
        known = pins.load(HERE / "pins.toml")
        guest = self.folder / "belljar_guest"
        guest.mkdir()
        (guest / "entry.py").write_text("")
        before = build.input_digest("2.0", known, guest)
        (guest / "__pycache__").mkdir()
        (guest / "__pycache__" / "entry.pyc").write_text("")
        os.utime(guest / "entry.py", (0, 0))
        self.assertEqual(build.input_digest("2.0", known, guest), before)
        self.assertNotEqual(build.input_digest("1.4", known, guest), before)
        (guest / "entry.py").write_text("\n")
        self.assertNotEqual(build.input_digest("2.0", known, guest), before)

    def test_half_a_snapshot_is_not_current(self) -> None:
        output, manifest = self.folder / "2.0.wasm", self.folder / "2.0.manifest.json"
        self.assertFalse(build.is_current(output, manifest, "d"))
        manifest.write_text(json.dumps({"inputs_sha256": "d", "length": 4}))
        self.assertFalse(build.is_current(output, manifest, "d"))
        output.write_bytes(b"wasm")
        self.assertTrue(build.is_current(output, manifest, "d"))
        self.assertFalse(build.is_current(output, manifest, "e"))


class Site(Folder):
    """The site folder does not depend on the place and time of its creation."""

    def test_what_builds_share_is_made_under_their_lock(self) -> None:
        order: list[str] = []

        @contextlib.contextmanager
        def workshop() -> Iterator[Path]:
            order.append("locked")
            yield Path("nowhere")

        def made(name: str) -> Callable[..., str]:
            def make(*_: object, **__: object) -> str:
                order.append(name)
                return name

            return make

        def stop(*_: object) -> None:
            raise StopIteration

        shared = {"unpack_tool": made("tool"), "compile_shim": made("shim")}
        with contextlib.ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
            for name, function in shared.items():
                stack.enter_context(mock.patch.object(build, name, function))
            stack.enter_context(mock.patch.object(build, "workshop", workshop))
            stack.enter_context(mock.patch.object(pins, "ensure", made("wheel")))
            stack.enter_context(mock.patch.object(build, "lay_out", stop))
            arguments = argparse.Namespace(
                guest=HERE.parent / "guest", out=Path(folder), cache=Path(folder), force=True, offline=True
            )
            stack.enter_context(self.assertRaises(StopIteration))
            build.build("2.0", pins.load(HERE / "pins.toml"), arguments)
        self.assertEqual(order[0], "locked")
        self.assertEqual(set(order[1:]), {"tool", "shim", "wheel"})

    def test_extensions_are_dropped_and_times_fixed(self) -> None:
        wheel = self.folder / "jar.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name in (
                "jar/__init__.py",
                "jar/fast.cpython-311-x86_64-linux-gnu.so",
                "jar-1.0.dist-info/METADATA",
            ):
                archive.writestr(name, "")
        site = self.folder / "site"
        build.lay_out(site, [wheel], HERE / "tests" / "probe" / "belljar_guest")
        names = {str(path.relative_to(site)) for path in site.rglob("*")}
        self.assertLessEqual(
            {"jar/__init__.py", "belljar_app.py", "greenlet.py", "belljar_guest/entry.py"}, names
        )
        self.assertFalse([name for name in names if name.endswith((".so", ".pyc"))])
        self.assertEqual({path.stat().st_mtime for path in [site, *site.rglob("*")]}, {build.EPOCH})

    def test_modules_are_listed_in_order_with_their_packages_first(self) -> None:
        for name in ("b/__init__.py", "b/c.py", "b/__main__.py", "a.py", "no-package/d.py", "e.txt"):
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("")
        listed = [(name, module.is_package) for name, module in warmup.modules_under(str(self.folder))]
        self.assertEqual(listed, [("a", False), ("b", True), ("b.c", False)])


class Absent(unittest.TestCase):
    """The table of absent modules."""

    def test_a_package_takes_its_modules_along(self) -> None:
        self.assertTrue(absent.is_absent("ctypes.util"))
        self.assertTrue(absent.is_absent("multiprocessing.heap"))
        self.assertFalse(absent.is_absent("multiprocessing"))

    def test_nothing_that_is_warmed_up_is_absent(self) -> None:
        self.assertEqual([name for name in warmup.STANDARD if absent.is_absent(name)], [])


if __name__ == "__main__":
    unittest.main()
