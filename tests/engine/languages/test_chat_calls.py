"""Calls of Chat in other languages than Python: where a migration ended. They are no uses, and told by their scope."""

import pytest

from audits.engine.extract.model import ModuleFacts
from audits.engine.filekinds import file_kind
from audits.engine.steps import extract

TYPESCRIPT = """\
import { CohereClientV2 } from "cohere-ai";
const co = new CohereClientV2({ token: "x" });
export async function f(p: string) {
  return await co.chat({ model: "command-a-03-2025", messages: [{ role: "user", content: p }] });
}
"""
SECOND = TYPESCRIPT.replace("CohereClientV2", "CohereClient").replace("co.chat(", "co.v2.chatStream(")
GO = """\
package main
import cohereclient "github.com/cohere-ai/cohere-go/v2/client"
func ask(p string) {
  co := cohereclient.NewClient(cohereclient.WithToken("x"))
  co.Chat(ctx, &cohere.ChatRequest{Message: p})
}
"""
OTHER = TYPESCRIPT.replace("cohere-ai", "other-ai").replace("CohereClientV2", "OtherClient")
HALF = TYPESCRIPT.replace("messages:", "max_tokens: 5, num_generations: 2, messages:")


@pytest.mark.parametrize(
    ("path", "text", "chats"),
    [
        ("a.ts", TYPESCRIPT, (("f", 4),)),
        ("a.js", SECOND.replace("p: string", "p"), (("f", 4),)),
        ("a.go", GO, (("ask", 5),)),
        ("a.ts", OTHER, ()),
        ("a.ts", HALF, (("f", 4),)),
        ("a.html", f"<script type='module'>{TYPESCRIPT.replace('p: string', 'p')}</script>", (("f", 4),)),
    ],
    ids=["client v2", "v2 of the first client", "go", "another vendor", "half migrated", "a page"],
)
def test_a_call_of_chat_is_told_by_its_scope(path: str, text: str, chats: tuple[tuple[str, int], ...]) -> None:
    kind = file_kind(path)
    assert kind is not None
    found = extract(kind, text.encode())
    assert isinstance(found, ModuleFacts)
    assert found.chats == chats
