"""Numbers to SVG text: pure functions without Django, and without a style attribute.

Colour, stroke and type come from classes of the stylesheets, so one picture serves both themes and print. Every text
goes through `escape`; the page puts the numbers behind a chart into a table beside it.
"""

from .burndown import BANDS, Cone, Point, burndown, shown
from .flow import CAME, WENT, Bar, flow
from .frame import Event, Mark
from .small import bar, share, spark

__all__ = [
    "BANDS",
    "CAME",
    "WENT",
    "Bar",
    "Cone",
    "Event",
    "Mark",
    "Point",
    "bar",
    "burndown",
    "flow",
    "share",
    "shown",
    "spark",
]
