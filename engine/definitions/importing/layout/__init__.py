"""Gives every step and flow a place in the drawing: all of it where there is none, else only what is missing.

Left to right in columns, lanes one under the other, flows with right angles; `layers` orders, `scopes` draws one
process, `pools` a file, `beside` completes a drawing that there is.
"""

from engine.definitions.changes import Change
from engine.definitions.importing.layout.beside import draw_missing, redraw
from engine.definitions.importing.layout.interchange import Interchange
from engine.definitions.importing.layout.pools import draw_file
from engine.definitions.importing.tree import Node, flow_nodes
from engine.definitions.xml import BPMNDI


def complete(root: Node, *, is_repaired: bool = False) -> tuple[Change, ...]:
    """Draw what has no place; of a repaired file also draw again the flows that were changed."""
    interchange = Interchange(root)
    if not flow_nodes(root):
        return ()
    if not interchange.shapes:
        for diagram in list(root.iterchildren(f"{{{BPMNDI}}}BPMNDiagram")):
            root.remove(diagram)
        draw_file(root, Interchange(root))
        return (Change("", "laid-out", "The file had no drawing: one was made, from left to right.", "normalised"),)
    if is_repaired:
        redraw(root, interchange)
        interchange = Interchange(root)
    drawn = draw_missing(root, interchange)
    if not drawn:
        return ()
    number = f"{len(drawn)} steps and flows" if len(drawn) > 1 else f"“{drawn[0]}”"
    return (Change("", "laid-out", f"{number} had no place in the drawing and got one.", "normalised"),)
