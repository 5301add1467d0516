"""What is frozen into a snapshot beside the guest: stored modules, and the table of absent ones."""
