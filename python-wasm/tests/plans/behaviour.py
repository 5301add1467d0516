"""A workload whose output and fuel depend on everything that could differ between two builds of one snapshot."""

import random
import uuid

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table
from sqlalchemy.schema import CreateTable

say = emit  # noqa: F821
say(f"hash {hash('belljar')}")
say(f"order {list({f'name{i}' for i in range(50)})}")
say(f"random {random.random()} {random.sample(range(1000), 10)}")
say(f"identifier {uuid.uuid5(uuid.NAMESPACE_DNS, 'belljar')}")
metadata = MetaData()
for number in range(20):
    columns = [Column(name, String(number + 1)) for name in ("a", "b", "c")]
    Table(f"t{number}", metadata, Column("id", Integer, primary_key=True), Column("at", DateTime), *columns)
for table in metadata.sorted_tables:
    say(str(CreateTable(table)))
