"""The moves that people make with many findings at once."""

from audits.lifecycle import Move

# Move: icon, the button's word, the question's verb, what is said of the changed ones afterwards.
MOVES = {
    Move.ASSIGN: ("user-plus", "Assign", "Assign", "assigned"),
    Move.PLAN: ("calendar", "Plan", "Plan", "planned"),
    Move.WAIVE: ("eye-off", "Waive…", "Waive", "waived"),
    Move.DISMISS: ("ban", "Dismiss…", "Dismiss", "dismissed"),
    Move.REOPEN: ("rotate-ccw", "Open again", "Open again", "open again"),
}
