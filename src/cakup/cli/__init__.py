"""The command line: parse, call a use case, render."""

import os

# NumPy's library for linear algebra starts a thread per core when it is loaded: a tenth of a second
# of CPU for every command, and nothing here multiplies large matrices. A number set outside holds.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
