"""Submits a folder with the generated client, and waits for the verdicts: submit.py <folder>.

Needs HOLDFAST_URL and HOLDFAST_TOKEN. Ends with 1 only if a job failed, because only this means broken code.
"""

import io
import os
import sys
import tarfile
import time

from holdfast_client import AuthenticatedClient
from holdfast_client.api.submissions import read_submission, submit, upload_source
from holdfast_client.models import SubmissionRequest
from holdfast_client.types import File

url = os.environ["HOLDFAST_URL"].rstrip("/")
client = AuthenticatedClient(base_url=f"{url}/api/v1", token=os.environ["HOLDFAST_TOKEN"], raise_on_unexpected_status=True)

packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w:gz") as tar:
    tar.add(sys.argv[1], arcname=".")
packed.seek(0)

stored = upload_source.sync(client=client, body=File(payload=packed, mime_type="application/gzip"))
request = SubmissionRequest.from_dict({"source": {"kind": "upload", "sourceHash": stored.source_hash}})
submission = submit.sync(client=client, body=request)
print(submission.links.page)

while any(job.verdict is None for job in submission.jobs):
    time.sleep(2)
    submission = read_submission.sync(submission.submission_id, client=client)

for job in submission.jobs:
    print(job.verdict, job.test)
sys.exit(1 if any(job.verdict == "fail" for job in submission.jobs) else 0)
