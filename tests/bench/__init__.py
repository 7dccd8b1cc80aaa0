"""Measurements, not tests: ``make bench`` prints ratios, writes JSON and plots to artifacts/bench."""
