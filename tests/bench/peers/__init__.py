"""Programs that stand beside ours in a benchmark, each in a process of its own."""
