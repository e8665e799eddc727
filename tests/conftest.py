"""For all tests: hypothesis tries the same examples everywhere, so that a red run can be repeated.

``XIAOER_RANDOM_TESTS=1`` searches anew instead; what it finds belongs into an ``@example``.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("same everywhere", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("search" if os.environ.get("XIAOER_RANDOM_TESTS") else "same everywhere")
