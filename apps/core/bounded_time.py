from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Base = models.DateTimeField[datetime | str, datetime | str]
else:
    Base = models.DateTimeField


class BoundedTimeField(Base):
    """
    A timestamptz that may be '-infinity' or 'infinity', which Python's datetime cannot hold.

    Reads as an ISO text or those two words; what is claimed is written by SQL only.
    """

    def select_format(self, _compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        return f"{sql}::text", params

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if value in {"infinity", "-infinity"}:
            return value
        return super().get_db_prep_value(value, connection, prepared)

    def get_prep_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else super().get_prep_value(value)
