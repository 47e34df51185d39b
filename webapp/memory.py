"""What a process that serves keeps in memory for good."""

import gc


def settle() -> None:
    """Leave what is there now (modules, routes, tables) out of every later search for garbage.

    Python looks at all of it again whenever much was made since; that took 5 % of a page, and now and then a pause.
    """
    gc.collect()
    gc.freeze()
