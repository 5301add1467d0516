"""What runs inside the glass: loads a repository's models and sends the schema out, frame by frame.

The flow, one file or folder each:

* `plan`: what to do, as the host says it
* `face`: what the interpreter shows of the machine
* `stand_in`: everything that is not there
* `load`: the repository's modules, statement by statement where they fail
* `extract`: from `MetaData` and mappers to frames
* `entry`: all of it in order

It runs unchanged under native CPython, so that both can be compared. It is not trusted by the host: a model
file can rewrite it, and can then only lie about its own repository.
"""
