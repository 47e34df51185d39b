"""What a step left to be done after its commit, where the operation itself does not tell."""

from sqlalchemy import select

from models.work import Job
from webapp.database import session


def waiting_jobs(case_id: int) -> list[str]:
    """Return the keys of the jobs that wait in a case: the letters that its last step is to merge."""
    return list(session().scalars(select(Job.key).where(Job.case_id == case_id, Job.status == "waiting")))
