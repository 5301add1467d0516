"""What a pull request lays in wait for the definitions for CI, each with a control in which it has its effect."""

from __future__ import annotations

import os
from pathlib import Path

import ci_support as ci
import pytest
from installed import PROGRAM
from test_ci_github import action, payload
from test_ci_gitlab import job

FOLDER = "services/api"


def ways(ran: Path) -> dict[str, str]:
    """Configurations of git, each of which has a fetch make the file `ran`."""
    touch = f"touch {ran}; false; #"
    proxy = ran.with_name("proxy")
    proxy.write_text(f"#!/bin/sh\n{touch}\n", encoding="utf-8")
    proxy.chmod(0o755)
    ext = f"ext::sh -c touch% {ran}"
    allow = '[protocol "ext"]\nallow = always\n'
    return {
        "uploadpack": f'[remote "origin"]\nurl = /\nuploadpack = "{touch}"\n',
        "ssh": f'[core]\nsshCommand = "{touch}"\n[remote "origin"]\nurl = ssh://host/x\n',
        "proxy": f'[core]\ngitProxy = "{proxy}"\n[remote "origin"]\nurl = git://host/x\n',
        "transport": f'{allow}[remote "origin"]\nurl = "{ext}"\n',
        "helper": f'{allow}[remote "origin"]\nvcs = ext\nurl = "sh -c touch% {ran}"\n',
        "instead": f'{allow}[remote "origin"]\nurl = https://host/x\n[url "{ext}% "]\ninsteadOf = https://\n',
        "promisor": (
            "[core]\nrepositoryFormatVersion = 1\n[extensions]\npartialClone = origin\n"
            f'[remote "origin"]\npromisor = true\nurl = /\nuploadpack = "{touch}"\n'
        ),
        "include": "[include]\npath = more\n",
    }


def planted(folder: Path, config: str, more: str = "") -> ci.Server:
    """A pull request that makes a repository of the folder with the models."""
    files = {
        "models.py": ci.AFTER,
        "HEAD": "ref: refs/heads/main\n",
        "config": config,
        "more": more,
        "objects/k": "",
        "refs/k": "",
    }
    return ci.server(folder, {f"{FOLDER}/{name}": text for name, text in files.items()}, at=f"{FOLDER}/")


WAYS = ("uploadpack", "ssh", "proxy", "transport", "helper", "instead", "promisor", "include")


@pytest.mark.parametrize("way", WAYS)
def test_a_planted_repository_runs_nothing(way: str, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    more = f'[core]\nsshCommand = "touch {ran}; false"\n[remote "origin"]\nurl = ssh://host/x\n'
    server = planted(tmp_path / "server", ways(ran)[way], more)
    clone = server.clone(tmp_path / "work" / "shop", server.merge)
    # The control is the command that a pipeline is often written with.
    control = f'git -C "{FOLDER}" cat-file -e "{server.target}^{{commit}}" || git -C "{FOLDER}" fetch --quiet origin x'
    ci.shell(ci.BASH, control, clone, {"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    assert ran.exists(), f"the control has to run what is planted by {way}"
    ran.unlink()
    run = action(server, tmp_path, clone=clone, path=FOLDER)
    found = run.run()
    assert not ran.exists(), found.log
    # The base was fetched from the real server.
    assert (found.code, found.outputs["base"]) == (1, server.target), found.log


def test_a_planted_repository_runs_nothing_on_gitlab(tmp_path: Path, built: Path) -> None:
    ran = tmp_path / "ran"
    server = planted(tmp_path / "server", ways(ran)["ssh"])
    run = job(server, tmp_path, built, server.merge, depth=1, path=FOLDER)
    run.variables["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = server.target
    found = run.run()
    assert (found.returncode, ran.exists()) == (1, False), found


# Modules that Python, pip and belljar-ci import by these names, in the folder that steps begin in.
MODULES = (
    "pip",
    "venv",
    "json",
    "argparse",
    "subprocess",
    "belljar",
    "belljar_ci",
    "sitecustomize",
    "platform",
    "yaml",
)


def module_files(ran: Path) -> dict[str, str]:
    code = f"open({str(ran)!r}, 'a').write(__name__ + chr(10))\n"
    files = {f"{name}.py": code for name in MODULES}
    return (
        files
        | {f"{name}/__init__.py": code for name in ("belljar", "pip")}
        | {"belljar/ci/__init__.py": code}
    )


def test_modules_of_the_checkout_are_not_loaded(tmp_path: Path, built: Path) -> None:
    ran = tmp_path / "ran"
    server = ci.server(tmp_path / "server", {"models.py": ci.AFTER, **module_files(ran)})
    clone = server.clone(tmp_path / "work" / "shop", server.merge)
    run = action(server, tmp_path, clone=clone, wheel=str(built))
    # The control: pip as it is often run.
    ci.shell(ci.BASH, "python3 -m pip --version", clone, ci.environment(run.programs))
    assert ran.exists()
    ran.unlink()
    found = run.run()
    assert (found.code, ran.exists()) == (1, False), found.log
    gitlab = job(server, tmp_path / "gitlab", built)
    done = gitlab.run()
    assert (done.returncode, ran.exists()) == (1, False), done


HOSTILE = ("$(touch ran)", "; touch ran", "--help", "`touch ran`", "a\nexit-code=0")


@pytest.mark.parametrize("name", ["base", "head", "path", "fail-on", "options", "dbt", "config", "comment"])
def test_inputs_are_values(name: str, tmp_path: Path) -> None:
    server = ci.server(tmp_path / "server")
    clone = server.clone(tmp_path / "work" / "shop", server.merge)
    hostile = [*HOSTILE, f"--upload-pack=touch {tmp_path / 'ran'};"]
    if name in {"base", "head"}:
        hostile.append(f"+{server.target}:refs/heads/main")
    for value in hostile:
        run = action(server, tmp_path, clone=clone)
        run.inputs |= {"base": server.target, name: value}
        found = run.run()
        assert not (tmp_path / "ran").exists(), value
        assert not (clone / "ran").exists(), value
        if name == "options" and value == "--help":
            continue  # it is one
        assert found.code == 2, (value, found.log)
        assert found.outputs["exit-code"] in {"2", ""}, (value, found.outputs)


def test_the_directory_is_the_one_that_is_meant(tmp_path: Path) -> None:
    server = planted(tmp_path / "server", "")
    clone = server.clone(tmp_path / "work" / "shop", server.merge)
    (clone / "link").symlink_to("services")
    (clone / "worktree").mkdir()
    (clone / "worktree" / ".git").write_text(f"gitdir: {clone / FOLDER}\n", encoding="utf-8")
    (clone / "linked").mkdir()
    (clone / "linked" / ".git").symlink_to(clone / ".git")
    (clone / "manifest.json").symlink_to("/etc/hostname")
    for name, value, why in [
        ("path", "link/api", "leads through a link"),
        ("path", "..", "leads out of the repository"),
        ("path", "/", "leads out of the repository"),
        ("path", "nowhere", "leads to no directory"),
        ("repository", "worktree", "there is no directory .git"),
        ("repository", "linked", "there is no directory .git"),
        ("dbt", "manifest.json", "leads through a link"),
        ("dbt-catalog", "manifest.json", "leads through a link"),
    ]:
        run = action(server, tmp_path, clone=clone)
        run.inputs |= {name: value}
        found = run.run()
        assert found.code == 2, (name, value, found.log)
        assert why in found.log, (name, value, found.log)


def test_the_program_sees_no_token(tmp_path: Path) -> None:
    """What reads the change has no secret in its environment."""
    server = ci.server(tmp_path / "server")
    seen = tmp_path / "seen"
    spy = tmp_path / "spy"
    spy.write_text(f'#!/bin/sh\nenv > "{seen}"\nexec "{PROGRAM}" "$@"\n', encoding="utf-8")
    spy.chmod(0o755)
    run = action(server, tmp_path, program=str(spy))
    secrets = (
        "BELLJAR_TOKEN",
        "BELLJAR_NOTIFY",
        "ACTIONS_RUNTIME_TOKEN",
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "CI_JOB_TOKEN",
    )
    run.variables |= dict.fromkeys(secrets, "very-secret")
    assert run.run().code == 1
    text = seen.read_text(encoding="utf-8")
    assert "very-secret" not in text
    assert "BELLJAR_CACHE_DIR=" in text


def test_the_token_goes_to_one_server(tmp_path: Path) -> None:
    """A redirect does not lead it elsewhere."""
    server = ci.server(tmp_path / "server")
    with ci.api() as api, ci.api() as other:
        api.answer = lambda *_: (302, f"{other.url}/x")
        run = action(server, tmp_path, api)
        assert run.run().code == 1
        assert api.asked
        assert not other.asked


def test_a_head_that_looks_like_a_test_merge(tmp_path: Path) -> None:
    """Whoever opens the pull request makes its commits, but not the merge that GitHub names."""
    server = ci.server(tmp_path / "server")
    folder = server.folder
    ci.git(folder, "checkout", "--quiet", "topic")
    tree = ci.git(folder, "rev-parse", "HEAD^{tree}")
    # Its first parent has what the pull request drops dropped already, so nothing would change.
    forged = ci.git(folder, "commit-tree", tree, "-p", server.head, "-p", server.head, "-m", "merge")
    clone = server.clone(tmp_path / "work" / "shop", forged, depth=0)
    run = action(server, tmp_path, clone=clone)
    run.payload = payload(server)
    run.variables["GITHUB_SHA"] = server.merge
    found = run.run()
    assert (found.code, found.outputs["base"], found.outputs["errors"]) == (1, server.fork, "3"), found.log
