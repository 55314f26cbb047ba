"""``python -m turia`` is ``turia``."""

import sys

from turia.cli import main

sys.exit(main())
