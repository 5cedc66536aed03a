"""CreateModel for migrations that make many models."""

from __future__ import annotations

from django.db.migrations import CreateModel as DjangosCreateModel
from django.db.migrations.state import ProjectState


class CreateModel(DjangosCreateModel):
    """
    For each new model Django renders all anew that hang together with it, which here are nearly all there
    are: most of the time of a first start. A new model is only added to those that are there.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        rendered = state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
        if rendered is not None:
            state.apps = rendered
            rendered.render_multiple([state.models[app_label, self.name_lower]])
