"""The usual way: a Celery task that signs a body and posts it with requests, its queue in Redis."""

from __future__ import annotations

import base64
import hmac
import os
import sys
import time

import requests
from celery import Celery  # type: ignore[import-untyped] # likewise

app = Celery("bench", broker=os.environ["BENCH_BROKER"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=64, task_acks_late=True)

session = requests.Session()
KEY = b"k" * 32


@app.task(name="bench.deliver")  # type: ignore[untyped-decorator] # celery brings no types
def deliver(url: str, identity: str, body: str) -> None:
    moment = str(int(time.time()))
    signed = base64.b64encode(hmac.digest(KEY, f"{identity}.{moment}.{body}".encode(), "sha256")).decode()
    headers = {"webhook-id": identity, "webhook-timestamp": moment, "webhook-signature": f"v1,{signed}"}
    session.post(url, data=body, headers=headers, timeout=15).raise_for_status()


if __name__ == "__main__":  # fill the queue: where to post, how many, how many bytes
    for number in range(int(sys.argv[2])):
        deliver.delay(sys.argv[1], str(number), "x" * int(sys.argv[3]))
