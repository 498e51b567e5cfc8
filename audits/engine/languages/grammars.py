"""How each language's syntax tree is lowered: its node kinds and fields, by name of what they are."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ast_grep_py import SgNode

from audits.engine.facts import FileKind, Language
from audits.engine.languages import imports, rules
from audits.engine.languages.program import Binding
from audits.engine.languages.rules import Rules

Imports = Callable[[SgNode, int], Iterator[Binding]]
_CONTENTS = frozenset(
    [
        "string_fragment",
        "string_content",
        "string_literal_content",
        "interpreted_string_literal_content",
        "raw_string_literal_content",
        "multiline_string_fragment",
        "raw_string_content",
        "heredoc_content",
        *("line_str_text", "multi_line_str_text", "raw_str_part"),
        *(f"template_chars_{kind}" for kind in ("single", "double", "single_single", "double_single", "raw_slash")),
    ]
)
_HOLES = frozenset(
    [
        "template_substitution",
        "interpolation",
        "interpolated_expression",
        "string_interpolation",
        "interpolated_identifier",
        "simple_expansion",
        "expansion",
    ]
)
_MARKS = frozenset(
    [
        "interpolation_start",
        "interpolation_brace",
        "raw_string_start",
        "raw_string_end",
        "interpolation_identifier_start",
        "interpolation_expression_start",
        "interpolation_expression_end",
        "interpolation_format_clause",
        "string_start",
        "string_end",
        "interpolation_alignment_clause",
    ]
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language of tree-sitter: `rules` maps a node's kind to a method of Lowering and its arguments."""

    name: str
    language: Language
    rules: Rules
    imports: Imports = imports.none
    brackets: frozenset[str] = frozenset(
        {"arguments", "argument_list", "value_arguments", "call_suffix", "annotation_argument_list"}
    )
    wrapped: frozenset[str] = frozenset({"argument", "value_argument", "named_argument"})
    pairs: frozenset[str] = frozenset({"pair"})
    splats: frozenset[str] = frozenset(
        {"spread_element", "hash_splat_argument", "splat_argument", "variadic_unpacking"}
    )
    lists: frozenset[str] = frozenset({"expression_list", "left_assignment_list", "tuple_pattern"})
    patterns: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()
    loose_pairs: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset({"block", "statement_block", "compound_statement", "body_statement"})
    comments: tuple[str, ...] = ("comment",)
    skipped: frozenset[str] = frozenset({"comment", "line_comment", "block_comment", "multiline_comment"})
    contents: frozenset[str] = _CONTENTS
    holes: frozenset[str] = _HOLES
    marks: frozenset[str] = _MARKS
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def script(self) -> bool:
        """Is it JavaScript or TypeScript?"""
        return self.rules is rules.SCRIPT


JAVASCRIPT = Grammar(
    "javascript",
    Language.JAVASCRIPT,
    rules.SCRIPT,
    imports.script,
    patterns=frozenset({"assignment_pattern", "object_assignment_pattern"}),
)
_TYPESCRIPT = frozenset({"assignment_pattern", "object_assignment_pattern"})
GRAMMARS: Mapping[FileKind, Grammar] = {
    FileKind.JAVASCRIPT: JAVASCRIPT,
    FileKind.TYPESCRIPT: Grammar("typescript", Language.TYPESCRIPT, rules.SCRIPT, imports.script, patterns=_TYPESCRIPT),
    FileKind.TSX: Grammar("tsx", Language.TYPESCRIPT, rules.SCRIPT, imports.script, patterns=_TYPESCRIPT),
    FileKind.GO: Grammar("go", Language.GO, rules.GO, imports.go, pairs=frozenset({"keyed_element"})),
    FileKind.JAVA: Grammar(
        "java", Language.JAVA, rules.JAVA, imports.dotted, comments=("line_comment", "block_comment")
    ),
    FileKind.KOTLIN: Grammar(
        "kotlin",
        Language.KOTLIN,
        rules.KOTLIN,
        imports.dotted,
        comments=("line_comment", "multiline_comment"),
        patterns=frozenset({"variable_declaration"}),
    ),
    FileKind.RUBY: Grammar("ruby", Language.RUBY, rules.RUBY),
    FileKind.CSHARP: Grammar(
        "csharp",
        Language.CSHARP,
        rules.CSHARP,
        imports.dotted,
        pairs=frozenset({"assignment_expression"}),
        loose_pairs=frozenset({"anonymous_object_creation_expression"}),
    ),
    FileKind.PHP: Grammar("php", Language.PHP, rules.PHP, imports.php, pairs=frozenset({"array_element_initializer"})),
    FileKind.RUST: Grammar(
        "rust",
        Language.RUST,
        rules.RUST,
        imports.rust,
        pairs=frozenset({"field_initializer"}),
        splats=frozenset({"base_field_initializer"}),
        comments=("line_comment", "block_comment"),
    ),
    FileKind.SWIFT: Grammar(
        "swift",
        Language.SWIFT,
        rules.SWIFT,
        comments=("comment", "multiline_comment"),
        skipped=frozenset({"comment", "multiline_comment", "try_operator", "bang", "throws"}),
        patterns=frozenset({"pattern"}),
    ),
    FileKind.DART: Grammar("dart", Language.DART, rules.DART),
}
