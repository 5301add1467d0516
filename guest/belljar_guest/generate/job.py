"""The host's request to generate models, and the frame that answers it."""

from typing import Any

from .. import frames
from ..channel import Channel
from .module import write

#: The styles that are written.
STYLES = ("sqlalchemy", "tables")


def generate_job(job: dict[str, Any], channel: Channel) -> None:
    """Write the models of a document in a style.

    `job` has the `tables`, `sequences`, `types`, `views`, `objects` and `unresolved` declarations of the document, and
    the `style`.
    """
    if job["style"] not in STYLES:
        raise ValueError(f"no style {job['style']!r}")
    text, scope = write(job, job["style"])
    gaps = [
        frames.GeneratedGap(gap.schema, gap.table, gap.part, gap.subject, gap.aspect, gap.line()[2:])
        for gap in scope.gaps
    ]
    channel.send(frames.Generated([frames.GeneratedFile("models.py", text)], gaps, scope.doubts))
