"""The program inside the sandbox: it loads a repository's models and sends their schema out, frame by frame.

The flow, one file or folder each:

* `plan`: the host's instructions for a run
* `platform_facade`: the platform that code sees
* `stand_in`: objects in place of everything that is not installed
* `load`: the repository's modules, statement by statement where they fail
* `extract`: from `MetaData` and mappers to frames
* `database`: from a live database to frames, in runs without a repository
* `entry`: the order of a run

It runs unchanged under native CPython, so that both can be compared. It is not trusted by the host: a model
file can rewrite it, and can then only lie about its own repository.
"""
