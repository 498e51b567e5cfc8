"""What parent and child agree on."""

import struct

# Stands before each text of a child: its resident memory in bytes.
RESIDENT = struct.Struct(">Q")
REPLY_LIMIT = 32 * 1024**2
