"""How a file says what it means of another one: `Given.module` and `Asked.module` in place of a module's name."""

# The file itself, the other files of its folder, all files by the names of their classes.
HERE, FOLDER, CLASSES = "", ".", "::"
# The kind of what only another file can tell.
ELSEWHERE = "elsewhere"
# The settings of the whole tree, by their names.
SETTINGS = "settings"
# With this begins the way through a table that a whole file is, such as one of PHP's configuration.
TABLE = "="
