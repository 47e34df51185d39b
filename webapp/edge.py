"""Where a request's transaction ends: committed when the answer is good, rolled back otherwise."""

from flask import Flask, g
from flask.typing import ResponseReturnValue

from webapp import database, jobs, uploads

GOOD = 400


class Casewright(Flask):
    """The Flask application, with the transaction at its edge."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view, end its transaction, and do at once what it left to be done after the commit."""
        try:
            response = self.make_response(super().dispatch_request())
            if response.status_code < GOOD:
                database.commit()
            else:
                database.roll_back()
        except BaseException:
            database.roll_back()
            raise
        finally:
            uploads.set_apart()
        if response.status_code < GOOD:
            jobs.run_after_commit(g.pop("job_keys", ()))
            for work in g.pop("work_after_commit", ()):
                work()
        return response
