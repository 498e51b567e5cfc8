"""The keywords that Chat's methods take (Python SDK 7.3.1); a replacement may use no others."""

_SHARED = (
    "model max_tokens temperature k p seed stop_sequences frequency_penalty presence_penalty documents tools "
    "response_format safety_mode request_options"
)
CHAT_V1_KEYWORDS = frozenset(
    f"{_SHARED} message accepts preamble chat_history conversation_id prompt_truncation connectors search_queries_only "
    "citation_quality max_input_tokens raw_prompting tool_results force_single_step".split()
)
CHAT_V2_KEYWORDS = frozenset(
    f"{_SHARED} messages strict_tools citation_options logprobs tool_choice thinking priority".split()
)
# Of these, chat() of SDK 4.x has none.
NOT_IN_SDK_4 = frozenset({"stop_sequences", "frequency_penalty", "presence_penalty", "seed", "request_options"})
# chat() of cohere_aws.
_AWS = (
    "message stream preamble chat_history model model_id temperature p k max_tokens raw_prompting return_prompt variant"
)
AWS_CHAT_KEYWORDS = frozenset(_AWS.split())
