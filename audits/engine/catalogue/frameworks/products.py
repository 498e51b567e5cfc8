"""Products that are told by a configuration to call Generate; what tells them is in `settings`."""

from audits.engine.catalogue.frameworks.langchain import CHAT_COHERE, COMMUNITY
from audits.engine.catalogue.frameworks.row import CHAT_ONLY, OLD, Framework
from audits.engine.catalogue.models import RECOMMENDED
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

MLFLOW = Source("MLflow's provider for Cohere", "https://github.com/mlflow/mlflow")
KONG = Source("Kong's AI drivers", "https://github.com/Kong/kong/tree/master/kong/llm/drivers")
WEAVIATE = Source("Weaviate's module", "https://github.com/weaviate/weaviate/tree/main/modules/generative-cohere")
FLOWISE = Source("Flowise's node", "https://github.com/FlowiseAI/Flowise")
N8N = Source("n8n's node", "https://github.com/n8n-io/n8n")
DIFY = Source("Dify's provider", "https://github.com/langgenius/dify-official-plugins", "2026-11-25")
JUPYTER = Source(
    "Jupyter AI's provider for Cohere",
    "https://github.com/jupyterlab/jupyter-ai/tree/v2.31.0/packages/jupyter-ai-magics/jupyter_ai_magics",
    "2026-11-27",
)
SPRING = Source("Spring AI", "https://github.com/spring-projects/spring-ai")

_OTHER = Kind.WRAPPER_OTHER
_ROUTE = f"Use the route type llm/v1/chat with a live model, such as {RECOMMENDED}, and call it with messages."


MLFLOW_ROW = Framework("MLflow AI Gateway", _OTHER, MLFLOW, _ROUTE)
KONG_ROW = Framework("Kong ai-proxy", _OTHER, KONG, _ROUTE)
WEAVIATE_ROW = Framework(
    "Weaviate generative-cohere",
    _OTHER,
    WEAVIATE,
    "Run a newer Weaviate, whose module calls Chat, and name a live model.",
    unless=CHAT_ONLY,
    doubt=2,
    note="The server makes the call: older ones post to /v1/generate, newer ones to /v1/chat.",
)
FLOWISE_ROW = Framework("Flowise Cohere", _OTHER, FLOWISE, "Use the node ChatCohere with a live model.")
N8N_ROW = Framework("n8n lmCohere", _OTHER, N8N, "Use the node for Cohere's chat models with a live model.")
DIFY_ROW = Framework(
    "Dify cohere",
    _OTHER,
    DIFY,
    f"Choose a model of mode chat, such as {RECOMMENDED}: those of mode completion are Generate's.",
)
SPRING_ROW = Framework(
    "spring.ai.bedrock.cohere.chat",
    _OTHER,
    SPRING,
    "Use Spring AI's BedrockProxyChatModel (Converse): the classes behind these properties were removed in 1.0.0-M6.",
    Platform.BEDROCK,
)
# Its magics name a vendor and a model: `%%ai cohere:command`.
JUPYTER_AI = "jupyter_ai.magics"
JUPYTER_ROWS: tuple[Framework, ...] = (
    Framework(
        JUPYTER_AI,
        _OTHER,
        JUPYTER,
        f"Use jupyter-ai-magics 2.18.1 or later, which calls Chat, and name a live model: %%ai cohere:{RECOMMENDED}.",
        package="jupyter-ai-magics",
        until="2.18.0",
        model=OLD,
    ),
    Framework(JUPYTER_AI, Kind.DEAD_MODEL, JUPYTER, f"Name a live model: %%ai cohere:{RECOMMENDED}.", dead=True),
)
LOADED_ROW = Framework("langchain_community.llms.loading", Kind.WRAPPER_LANGCHAIN, COMMUNITY, CHAT_COHERE)

ROWS: tuple[Framework, ...] = (
    *JUPYTER_ROWS,
    *(MLFLOW_ROW, KONG_ROW, WEAVIATE_ROW, FLOWISE_ROW, N8N_ROW, DIFY_ROW, SPRING_ROW, LOADED_ROW),
)
