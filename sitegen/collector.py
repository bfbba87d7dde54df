"""Whoever imports much imports this first: the garbage collector looks less often.

It looks for garbage whenever 700 objects were made, which takes a fifth of the time of importing
PyTorch, and finds none: what modules define stays.
"""

import gc

USUAL = gc.get_threshold()
gc.set_threshold(100_000)
