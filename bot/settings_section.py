"""What all sections of config.yaml have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, strict=True, validate_default=True, hide_input_in_errors=True
    )
