"""Everything that is not there: values, bases, exceptions and modules that survive what code does to them.

* `ledger`: what was stood in for, and where a stand-in became an ordinary value
* `value`: the stand-in object
* `base`: a stand-in as a base class, with the metaclasses that go with it
* `decorating`: a stand-in as a decorator
* `generics`: type variables that are absent
* `finder`: absent modules
* `facts`: what is known of absent things all the same
* `old`: what is real of modules that Python dropped
* `machine`: processes and signals
* `texts`: texts that are taken apart, and versions that libraries ask for
* `threads`: threads, locks, executors and event loops
* `seams`: where SQLAlchemy meets stand-ins
"""
