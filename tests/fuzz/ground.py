"""The ground to hunt on: what has to be there before the first request, so that the hunt meets more than 404."""

import httpx

HUNTED, QUIET = "hunted", "quiet"  # the projects that schemathesis.toml names
EVERYTHING = [
    {"name": "most", "path": "/{rest...}", "methods": ["GET", "POST", "PUT", "PATCH"]},
    # A 2xx to DELETE tells the tool that nothing is left at this address (use_after_free); here it is a letter like any
    # other, and no check allows for that. So this endpoint declares another reply.
    {"name": "delete", "path": "/{rest...}", "methods": ["DELETE"], "replies": [{"status": 409, "body": "kept"}]},
]
LETTERS = 20


def prepare(admin: httpx.Client) -> None:
    """Make the projects that have to be there, and let some requests come in to read and to erase."""
    for slug in (HUNTED, QUIET):
        project = admin.post("/v1/projects", json={"slug": slug}).raise_for_status().json()
        declare_everything(admin, project["admin_key"]["secret"])
    for number in range(LETTERS):
        admin.post(f"/in/default/inbox?letter={number}", json={"letter": number}).raise_for_status()


def declare_everything(client: httpx.Client, key: str) -> None:
    """Declare the endpoints in the key's project, which cannot be removed any more then."""
    for endpoint in EVERYTHING:
        declared = client.post("/v1/endpoints", json=endpoint, headers={"authorization": f"Bearer {key}"})
        declared.raise_for_status()
