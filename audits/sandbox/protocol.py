"""What parent and child agree on."""

import struct

# Stands before each text of a child: its resident memory in bytes.
RESIDENT = struct.Struct(">Q")
REPLY_LIMIT = 32 * 1024**2
# What a template answers: a new child's process id; a child's exit code, or that it runs.
FORKED = STATUS = struct.Struct(">q")
ALIVE = 1 << 32
