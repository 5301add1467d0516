"""A guest for tests of the snapshot: it runs the plan as Python source."""
