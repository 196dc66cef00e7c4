"""The ground to hunt on: what has to be there before the first request, so that the hunt meets more than 404."""

import httpx

HUNTED = "hunted"  # the project that schemathesis.toml names
EVERYTHING = {"path": "/{rest...}", "methods": ["GET", "POST", "PUT", "PATCH", "DELETE"]}
LETTERS = 20


def prepare(admin: httpx.Client) -> None:
    """Make the project whose one endpoint takes everything, and let some requests come in to read and to erase."""
    project = admin.post("/v1/projects", json={"slug": HUNTED}).raise_for_status().json()
    secret = project["admin_key"]["secret"]
    declared = admin.post("/v1/endpoints", json=EVERYTHING, headers={"authorization": f"Bearer {secret}"})
    declared.raise_for_status()
    for number in range(LETTERS):
        admin.post(f"/in/default/inbox?letter={number}", json={"letter": number}).raise_for_status()
