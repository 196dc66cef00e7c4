"""The receive plane, one file per step: match, method, rate, size, verify, judge, dedupe, record, reply.

`Receiver` takes an arrival through the steps; each refusal is problem+json and is itself kept.
"""
