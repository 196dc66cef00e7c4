"""A handlers module that cannot be imported itself."""

import nowhere_to_be_found  # type: ignore[import-not-found]  # noqa: F401  # on purpose
