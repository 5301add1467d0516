"""From the tables of a document to the models that declare them, as Python code.

A run over data alone, as rendering SQL is: no file of a repository is read, and none of its code runs. The code that
is written consists of calls of SQLAlchemy, literals and checked identifiers; nothing here executes it.

* `job`: the host's request, and the answer
* `literals`, `code`: pieces of Python, and their layout
* `naming`, `plural`, `scope`: names of classes, attributes and variables; what a file needs besides its tables
* `types`, `enums`, `values`, `defaults`: columns' types, options and defaults
* `columns`, `constraints`, `keys`, `indexes`, `excludes`: the parts of a table
* `model`: the tables and classes to write
* `relations`: relationships between classes
* `tables`, `classes`, `module`: tables, mapped classes, and the file
"""
