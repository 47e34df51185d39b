"""What the pages of people, homes, tenancies, accounts and organisations have in common."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from webapp.record import beginning, exports, histories, links, mergers, spans, ways, writing
from webapp.record.labels import in_words

blueprint = Blueprint("record", __name__)
for part in (histories.blueprint, exports.blueprint, beginning.blueprint, writing.blueprint, mergers.blueprint):
    blueprint.register_blueprint(part)


@blueprint.record_once
def register(state: BlueprintSetupState) -> None:
    """Give templates what the pages of the record write with."""
    state.app.jinja_env.globals.update(
        age=spans.age,
        lasted=spans.lasted,
        short_day=spans.short_day,
        has_passed=spans.has_passed,
        runs_out=spans.runs_out,
        record_address=links.address_of,
        map_address=links.map_address,
        code_words=code_words,
        add_way=ways.add_way,
        part_ways=ways.part_ways,
        entity_ways=ways.entity_ways,
    )


def code_words(kind: str, column: str, value: object) -> str:
    """Return the words of a code, such as a kind of certificate."""
    return in_words(kind, column, value, {})
