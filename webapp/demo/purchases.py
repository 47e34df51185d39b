"""Home purchases under way, each with the cases that it has started: told as the complaints are."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from webapp.demo.complaints import Answers, Moment, Story
from webapp.demo.people import HOME_OWNERSHIP

ELIGIBILITY, VALUATION, ARREARS, ESTIMATE = (
    "eligibility_check",
    "valuation",
    "arrears_clearance",
    "service_charge_estimate",
)


def stories() -> Iterator[Story]:
    """Yield purchases that wait for checks, for a valuation that is late, for the applicant, and for a manager."""
    yield _purchase(
        *_applied(6, "flat"),
        Moment(3, "verify_identity", _identity, child=ELIGIBILITY),
        Moment(2, "check_account", lambda day: _owed(day, "312.40"), child=ARREARS),
    )
    yield _purchase(
        *_decided(30, 18, "flat"),
        Moment(15, "arrange_visit", _visit, child=VALUATION),
        Moment(
            9, "inspect_home", lambda _: {"access_given": "yes", "improvements": "A fitted kitchen."}, child=VALUATION
        ),
        Moment(8, "gather_costs", _costs, child=ESTIMATE),
    )
    yield _purchase(
        *_decided(75, 60, "house", scheme="social_homebuy"),
        Moment(56, "arrange_visit", _visit, child=VALUATION),
        Moment(52, "inspect_home", lambda _: {"access_given": "yes"}, child=VALUATION),
        Moment(48, "report_valuation", _value, child=VALUATION),
        Moment(44, "prepare_offer", _offer),
        Moment(42, "approve_offer", lambda _: {"offer_decision": "approve"}),
        Moment(40, "send_offer", _read("offer_checked")),
    )
    yield _purchase(
        *_applied(14, "house"),
        Moment(9, "cancel", lambda _: {"reason": "Started by mistake"}, team=HOME_OWNERSHIP, child=ELIGIBILITY),
    )


def _purchase(*moments: Moment) -> Story:
    return Story(moments, category="home_purchase")


def _applied(ago: int, home_type: str, *, scheme: str = "right_to_buy") -> tuple[Moment, ...]:
    """Tell of an application that came in and was found valid the day after."""

    def answers(day: date) -> Answers:
        asked: Answers = {"scheme": scheme, "received_on": day.isoformat(), "home_type": home_type}
        share = {"share_wanted": 40} if scheme == "social_homebuy" else {}
        return {**asked, **share, "received_channel": ("post", "online")[ago % 2]}

    def valid(day: date) -> Answers:
        return {"application_complete": "complete", "validated_on": day.isoformat()}

    return Moment(ago, "start", answers, team=HOME_OWNERSHIP, hour=9), Moment(ago - 1, "validate_application", valid)


def _decided(ago: int, decided: int, home_type: str, *, scheme: str = "right_to_buy") -> tuple[Moment, ...]:
    """Tell of one whose checks went well and which was admitted."""
    return (
        *_applied(ago, home_type, scheme=scheme),
        Moment(decided + 9, "verify_identity", _identity, child=ELIGIBILITY),
        Moment(decided + 8, "check_account", lambda day: _owed(day, "0"), child=ARREARS),
        Moment(
            decided + 6,
            "confirm_tenancy",
            lambda _: {"tenancy_kind": "secure", "qualifying_years": 11},
            child=ELIGIBILITY,
        ),
        Moment(decided + 4, "decide_eligibility", _eligible, child=ELIGIBILITY),
        Moment(decided, "decide_application", _admitted),
        Moment(decided - 1, "send_admission", _read("admission_checked")),
    )


def _identity(day: date) -> Answers:
    return {"identity_evidence": ["passport"], "identity_seen_on": day.isoformat()}


def _owed(day: date, amount: str) -> Answers:
    owed: Answers = {"owed_for": "Rent of the last three weeks"} if float(amount) else {}
    return {"amount_owed": amount, "account_checked_on": day.isoformat(), **owed}


def _eligible(day: date) -> Answers:
    reasons = "Eleven years as a secure tenant of ours, and it is their only home."
    return {"eligibility_decision": "eligible", "eligibility_reasons": reasons, "decided_on": day.isoformat()}


def _admitted(day: date) -> Answers:
    reasons = "All that the law asks for is met, and nothing keeps this home from being sold."
    return {"application_decision": "admit", "decision_reasons": reasons, "decided_on": day.isoformat()}


def _read(checked: str) -> Callable[[date], Answers]:
    return lambda _: {checked: True}


def _visit(day: date) -> Answers:
    return {"visit_at": f"{(day + timedelta(days=7)).isoformat()}T10:30:00+00:00", "valuer": "Mehta Surveyors"}


def _value(day: date) -> Answers:
    basis = "Three sales in the same street in the last year."
    return {"market_value": 164000, "improvements_value": 4000, "valued_on": day.isoformat(), "valuation_basis": basis}


def _costs(_: date) -> Answers:
    costs = [{"cost_for": "Cleaning and grounds", "cost_amount": 310}, {"cost_for": "Lift", "cost_amount": 402}]
    return {"yearly_costs": costs, "annual_service_charge": 712}


def _offer(_: date) -> Answers:
    return {"market_value": 164000, "discount": 16000, "rent_on_rest": 2900}
