"""Finds by which flow of another version a token has come that waits for others at its gateway."""

from typing import Any

from engine.runtime.matching import Match, element_of


def arrived_from(match: Match, token: Any, join: Any) -> str | None:
    """Return the specification before the gateway `join` of the new version by which a token has come; none if unsure.

    That is what stands in the place of the one before; else what the flow with the same id comes from; else the only
    one to which the way leads from there; else the only one that no other flow of the old version is.
    """
    was, old_join = element_of(token.parent.task_spec), token.task_spec
    inputs: dict[str, str] = {element_of(join._wf_spec.task_specs[name]): name for name in join._inputs}
    if match.element(was) in inputs:
        return inputs[match.element(was)]
    if (by_flow := _source_of_same_flow(match, was, element_of(old_join), join.bpmn_id)) in inputs:
        return inputs[by_flow]
    leading = [name for name in inputs.values() if match.element(was) in _before(join, name)]
    if len(leading) == 1:
        return leading[0]
    others = {match.element(element_of(spec)) for spec in old_join.inputs if element_of(spec) != was}
    left = [name for element_id, name in inputs.items() if element_id not in others]
    return left[0] if len(left) == 1 or (left and len(inputs) == 1) else None


def _source_of_same_flow(match: Match, source: str, target: str, join: str) -> str:
    drawn = match.old.elements.get(source)
    flows = {flow.id for flow in (drawn.outgoing if drawn else ()) if flow.target == target}
    found = [e.id for e in match.new.elements.values() for f in e.outgoing if f.id in flows and f.target == join]
    return found[0] if len(found) == 1 else ""


def _before(join: Any, name: str) -> set[str]:
    """Return the elements from which a way leads to the gateway by one of its flows."""
    return {element_of(join._wf_spec.task_specs[source]) for source in join._sources[name]}
