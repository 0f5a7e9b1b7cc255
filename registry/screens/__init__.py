"""The screens: one file each, its style sheet beside it. Only what shows is here; what it shows comes from below."""
