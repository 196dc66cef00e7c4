"""Contracts: what may be sent to an endpoint. Taken in, compiled, and judged by, without a clock or a store."""
