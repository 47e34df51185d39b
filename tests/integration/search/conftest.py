"""The desk of the portal's tests."""

from tests.integration.portal.conftest import desk

__all__ = ["desk"]
