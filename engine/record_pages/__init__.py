"""What the pages of the shared record show: an entity with all that belongs to it, and the cases about it."""

from engine.record_pages.accounts import Account, AccountPage, account_of, account_page, balanced
from engine.record_pages.filed import Filed, cases_about
from engine.record_pages.homes import HomePage, home_page
from engine.record_pages.organisations import OrganisationPage, organisation_page
from engine.record_pages.people import PersonPage, person_page
from engine.record_pages.tenancies import TenancyPage, tenancy_page

__all__ = [
    "Account",
    "AccountPage",
    "Filed",
    "HomePage",
    "OrganisationPage",
    "PersonPage",
    "TenancyPage",
    "account_of",
    "account_page",
    "balanced",
    "cases_about",
    "home_page",
    "organisation_page",
    "person_page",
    "tenancy_page",
]
