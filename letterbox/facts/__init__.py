"""Facts: what contracts and expressions see of a request, taken apart only as far as somebody asks.

`request` holds the facts; `bodies` picks who reads a body: `json_text`, `forms` or `multipart`, after `inflate`; and
`steps` counts beforehand how long that takes.
"""
