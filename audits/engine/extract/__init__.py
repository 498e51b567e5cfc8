"""One Python module to what it says: `module` reads it with LibCST, `model` is what it then says, without a tree."""
