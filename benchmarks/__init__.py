"""Speed measurements: `python -m benchmarks`, or one of them, `python -m benchmarks.turn`."""
