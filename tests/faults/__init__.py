"""What must not happen: faults that are brought about on purpose, and what is left of the data afterwards."""

import warnings

# The tests' clients import starlette's, which warns of its use of httpx; pytest sets its own filters.
warnings.filterwarnings("ignore", "Using `httpx` with `starlette.testclient` is deprecated")
