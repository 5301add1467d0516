"""The repository's own modules.

* `repository`: finds and loads them below the import roots
* `recovery`: passes over the statement that fails, and stands in for the names it should have bound
"""
