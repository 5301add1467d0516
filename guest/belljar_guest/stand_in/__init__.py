"""Everything that is not there: values, bases, exceptions and modules that survive what code does to them.

* `ledger`: what was stood in for, and where a stand-in became an ordinary value
* `value`: the stand-in object
* `base`: a stand-in as a base class, with the metaclasses that go with it
* `decorating`: a stand-in as a decorator
* `generics`: type variables that are absent
* `finder`: absent modules
* `old`: what is real of modules that Python dropped
* `machine`: processes and signals
* `threads`: threads, locks, executors and event loops
* `seams`: where SQLAlchemy meets stand-ins
"""
