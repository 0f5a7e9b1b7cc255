"""Benchmarks: scripts that print ratios against a yardstick in the same run; no test times anything."""
