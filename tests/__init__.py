"""The tests; each file opens with what it proves."""
