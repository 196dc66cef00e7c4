"""The step verify: how senders prove who they are, over the exact bytes that arrived, before anything is made of them.

- `verifier`: what an endpoint asks of its senders, compiled of the family of its scheme
- `signature`: one header with an HMAC of what a template says (`github`, `slack`, `shopify`, `hmac`)
- `stripe`: a header with the time and several HMACs
- `standard_webhooks`: three headers, with HMAC or ed25519
- `credential`: a secret that is sent along (`basic`, `bearer`, `api-key`)
- `signature_names`: which headers hold a signature over the body
- `evidence`: what they share: one header of a name, a time that is near, secrets that end
- `declared`: what a declaration may say, before anything is compiled of it

Secrets are given opened; see `letterbox.secrets`.
"""

from letterbox.receive.verification.evidence import LiveSecret
from letterbox.receive.verification.signature_names import signature_names
from letterbox.receive.verification.verifier import Verifier, compiled

__all__ = ["LiveSecret", "Verifier", "compiled", "signature_names"]
