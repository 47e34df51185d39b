"""Forms: read from form-js JSON, checked, and their answers validated. Pure: no web, no database.

`load` gives a `Form`; `Form.validate` is what every completion goes through, whichever way it came.
"""

from engine.forms.catalogue import Field, typed
from engine.forms.faults import Fault
from engine.forms.form import Form, check, load
from engine.forms.resolving import Node, Resolution

__all__ = ["Fault", "Field", "Form", "Node", "Resolution", "check", "load", "typed"]
