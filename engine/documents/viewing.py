"""The parent's side of the limited children that draw documents (`view_child`), apart from those that merge letters."""

from engine.documents import limited

MOST_CHILDREN = min(2, limited.MOST_CHILDREN)

_pool = limited.Pool("engine.documents.view_child", most=MOST_CHILDREN).tend()
run = _pool.run
