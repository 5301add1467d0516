"""Stand-ins: values, bases, exceptions and modules in place of what is not installed, which survive use by code.

* `ledger`: what was stood in for, and where a stand-in became an ordinary value
* `value`: the stand-in object
* `base`: a stand-in as a base class, with the metaclasses that go with it
* `decorators`: a stand-in as a decorator
* `generics`: type variables that are absent
* `finder`: absent modules
* `known_answers`: what is known of absent things
* `compat_modules`: modules that Python dropped, or that backport later ones
* `processes`, `threads`: processes, signals, threads, locks, executors and event loops
* `nondeterminism`: the clock, random numbers, and what differs between machines
* `string_parsing`: standard functions that parse a text, given a stand-in
* `sqlalchemy_patches`: where SQLAlchemy meets stand-ins
* `hooks`: functions of the repository that SQLAlchemy calls
* `escaped_objects`: tables that an absent function was given
* `constraint_origins`, `declared_ddl`: where constraints, views and triggers were declared
* `engines`, `reflection`: connections that are never made, and what would be read through them
* `flask_config`: the configuration of a Flask application
"""
