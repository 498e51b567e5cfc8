"""Markup between PHP: what the page shows must not hide what the program asks."""

import pytest

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind
from audits.engine.languages.markup import only_php
from audits.engine.steps import extract
from tests.engine.languages.found import found

PAGE = """<?php
class Panel {
    public function show($all) {
        $title = "Cohere's ?> answers"; // it's a "page"
        ?>
        <p>It's <?= $title ?> { and <?php foreach ($all as $one) echo "<li>$one</li>"; ?></p>
        <?php if ($title) : ?><b onclick="go('x')">it's on</b><?php else : ?>{<?php endif; ?>
        <script>api.cohere.ai = function () { return "it's"; };</script>
        <?php
    }
    public function ask($q) {
        return wp_remote_post('https://api.cohere.ai/v1/generate', ['body' => json_encode(['prompt' => $q, 'k' => 1])]);
    }
}
"""


def test_markup_inside_a_method_leaves_the_rest_of_the_class_readable() -> None:
    facts = extract(FileKind.PHP, PAGE.encode())

    assert found(FileKind.PHP, PAGE) == [(12, "raw_http", "confirmed", "prompt k")]
    assert isinstance(facts, ModuleFacts)
    assert facts.faults == ()


@pytest.mark.parametrize(
    ("source", "program"),
    [
        ("<p>a</p><?php f(); ?><i>b</i>", "        <?php f();           "),
        ("<?= $a ?>\nit's\n<?php g() ?>", "<?= $a ; \n    \n      g() ; "),
        ("<?php if ($a): ?>b<?php endif ?>", "<?php if ($a):          endif ; "),
        ("<?php '?>' . <<<T\nit's ?>\nT; /* ?> */ # it's ?>b", "<?php '?>' . <<<T\nit's ?>\nT; /* ?> */ # it's ;  "),
        ("<?php f('never closed ?>", "<?php f('never closed ?>"),
        ("no program", "no program"),
    ],
)  # fmt: skip
def test_what_is_no_program_is_blank_and_every_place_stays(source: str, program: str) -> None:
    assert only_php(source) == program


def test_a_use_that_is_markup_only_is_no_call() -> None:
    source = "<?php f(); ?>\n<p>Http::post('https://api.cohere.ai/v1/generate', ['prompt' => $p]);</p>\n"

    assert found(FileKind.PHP, source) == []


@pytest.mark.parametrize("part", ["/* ", "'\\", "<<<A\n", "<?php ?>", "'a\n\"", "<?"])
def test_hostile_files_cost_no_more_than_their_length(part: str) -> None:
    source = "<?php " + part * 50_000

    assert len(only_php(source)) == len(source)
