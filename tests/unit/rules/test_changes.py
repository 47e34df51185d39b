"""Who may extend, stop or restart a clock, for what reason, how often."""

from datetime import date

import pytest

from engine import rules
from engine.clocks.changes import Extended, Restarted, Stopped, check_grant
from engine.errors import NotAllowed, RuleError

RULE = rules.load(
    """
[[rule]]
id = "access.request"
name = "Subject access request"
class = "law"
counts_from = "received"
counts_from_words = "the request was received"
within = { amount = 1, unit = "months" }

[[rule.extension]]
id = "complex"
name = "Complex request"
unit = "months"
at_most = 2
reasons = ["The request is complex", "There are several requests"]
granted_by = ["Data protection"]

[[rule.extension]]
id = "agreed"
name = "Agreed with the person"
unit = "weeks"
at_most = 4
times = 2
reasons = ["Asked for"]
other_reasons = true
granted_by = ["Data protection", "Managers"]

[[rule.stop]]
id = "clarification"
name = "Clarification asked for"
times = 1
granted_by = ["Data protection"]

[[rule.reset]]
id = "identity"
name = "Identity proved"
granted_by = []
""",
    source="rules.toml",
).rule("access.request", date(2026, 1, 1))
TODAY = date(2026, 11, 2)


def extended(kind="complex", amount=2, reason="The request is complex"):
    return Extended(kind, amount, reason, TODAY)


def test_a_change_that_the_rule_allows_is_allowed():
    check_grant(RULE, extended(), teams=["Data protection"])
    check_grant(RULE, extended("agreed", 1, "Away until Friday"), teams=["Managers", "Repairs"])
    check_grant(RULE, Stopped("clarification", TODAY, None, "Which years?"), teams=["Data protection"])


def test_a_team_that_is_not_named_may_not_grant_it():
    with pytest.raises(NotAllowed, match=r"may be granted by: Data protection\. Ask one of them"):
        check_grant(RULE, extended(), teams=["Managers"])
    with pytest.raises(NotAllowed):
        check_grant(RULE, extended(), teams=[])


def test_what_names_no_team_nobody_may_grant():
    with pytest.raises(NotAllowed, match="nobody"):
        check_grant(RULE, Restarted("identity", TODAY, "Passport seen"), teams=["Data protection", ""])


def test_a_reason_outside_the_list_is_refused_with_the_list():
    with pytest.raises(RuleError, match="The request is complex; There are several requests"):
        check_grant(RULE, extended(reason="We are busy"), teams=["Data protection"])


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_reason_is_no_reason(reason):
    with pytest.raises(RuleError, match="needs a reason"):
        check_grant(RULE, extended("agreed", 1, reason), teams=["Managers"])


def test_the_maximum_holds_over_all_extensions_of_a_kind():
    with pytest.raises(RuleError, match="at most 2 months in all, and this would be 3 months"):
        check_grant(RULE, extended(amount=1), teams=["Data protection"], earlier=[extended()])
    check_grant(RULE, extended(amount=1), teams=["Data protection"], earlier=[extended("agreed", 1, "x")])


def test_a_change_may_not_happen_oftener_than_the_rule_says():
    earlier = [Stopped("clarification", TODAY, TODAY, "Which years?")]

    with pytest.raises(RuleError, match="may happen once, and this would be number 2"):
        check_grant(RULE, Stopped("clarification", TODAY, None, "And?"), teams=["Data protection"], earlier=earlier)


def test_the_rule_in_words_says_who_and_why():
    words = rules.rule_in_words(RULE)

    assert "by at most 2 months in all (Complex request), granted by Data protection" in words
    assert "granted by Data protection or Managers, because: Asked for; another reason that is recorded." in words
