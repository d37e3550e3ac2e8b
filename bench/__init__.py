"""How fast the bot is, as ratios of one run: ``python -m bench`` prints P1 to P9 with their goals.

A ratio compares two things on the same machine in the same minute, so it means something on another machine too.
Nothing in the tests fails for being slow: speed is measured here.
"""
