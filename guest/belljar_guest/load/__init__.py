"""The repository's own modules, and the packages of the wheelhouse.

* `repository`: finds and loads them below the import roots
* `wheelhouse`: further packages that are real
* `guards`: imports that expect to fail
* `recovery`: passes over the statement that fails, and stands in for the names it should have bound
* `mending`: the one expression that failed gives way to a stand-in
* `rounds`: a loop goes on behind the round that failed
* `older_python`: what code for older Pythons means
* `environment`: variables that are not set
* `settings_files`: files that are taken for empty
* `written_files`: files that are taken to be written
* `stars`: names that `from absent import *` would have bound
* `marks`: calls of metaclasses
* `integrity`: parts of SQLAlchemy, Python or the guest that a module replaces
* `listeners`: listeners of a module to what other modules make
"""
