"""Reads the schema of a live database, and sends it as the same frames that an extraction sends.

Only imported by runs of `inspect`, which run no code of a repository. The connection is a byte stream that the host
opened (`streams`); the drivers never see a socket. Everything is read in bulk, so that the number of queries does not
depend on the number of tables:

* `connection`: SQLAlchemy's dialects over a driver over a stream
* `postgresql`, `mysql`, `sqlite`: what the catalogue of a server says, as `parts`
* `table_frames`: from parts to frames
* `job`: one run
"""
