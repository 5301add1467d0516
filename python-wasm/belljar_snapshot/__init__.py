"""The parts of a snapshot besides the guest: stored modules, and the table of absent ones."""
