"""Tests that drive the screens as a user would: keys in, what is shown and recorded out."""
