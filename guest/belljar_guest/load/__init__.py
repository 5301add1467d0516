"""The repository's own modules, and the packages of the wheelhouse.

* `repository`: finds and loads them below the import roots
* `wheelhouse`: further packages that are real
* `stdlib_shadows`: modules of the repository that have the name of a standard module
* `guarded_imports`: imports that expect to fail
* `recovery`: skips the statement that fails, and stands in for the names it should have bound
* `expression_repair`: replaces the one expression that failed with a stand-in
* `loop_resume`: continues a loop after the iteration that failed
* `lost_effects`: what a failed statement would have done to tables
* `callees`: the functions that a function may call
* `older_python`: what code for older Pythons means
* `environment`: variables that are not set
* `settings_files`: files that are taken for empty
* `written_files`: files that are taken to be written
* `star_imports`: names that `from absent import *` would have bound
* `metaclass_calls`: calls of metaclasses
* `integrity`: parts of SQLAlchemy, Python or the guest that a module replaces
* `listeners`: listeners of a module to events of other modules' objects
* `runtime_changes`: code that no import runs and that may change tables where the schema is used
"""
