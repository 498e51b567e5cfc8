"""What parent and child agree on."""

import struct

# Stands before each text of a child: its resident memory in bytes.
RESIDENT = struct.Struct(">Q")
REPLY_LIMIT = 32 * 1024**2
# What a template is asked: how a child of this process id has ended, or, for 0, to fork one whose files may take so
# many seconds each; with that come the ends of its two pipes.
ASKED = struct.Struct(">qd")
# What a template answers: a new child's process id; a child's exit code, or that it runs.
FORKED = STATUS = struct.Struct(">q")
ALIVE = 1 << 32
