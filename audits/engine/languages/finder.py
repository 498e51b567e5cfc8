"""What all ways to find uses in a file begin with."""

from audits.engine.languages.evaluate import Evaluator
from audits.engine.languages.found import Maker
from audits.engine.languages.program import Program
from audits.engine.languages.sent import Bodies


class Finder:
    """Finds uses of one sort in a file: its program, its values, its request bodies, and the maker of sites."""

    def __init__(self, program: Program, evaluator: Evaluator, bodies: Bodies, maker: Maker) -> None:
        self.program = program
        self.evaluator = evaluator
        self.bodies = bodies
        self.maker = maker
