"""The newest commit of each demo repository: a change here is a change of the demo, on purpose."""

NEWEST = {
    "banner-bot": "dfcfe62494b47ac966549611804597c33a58a6fc",
    "catalog-search": "448430f133bad25f40d8c47273421d228ca4467b",
    "churn-notebooks": "9b15744b8e0fbedee1e7e4966025be6967b604d8",
    "invoice-reader": "e22105c9cdb305603f041c3372c548cb2e8cd3e4",
    "ledger-summaries": "5ec154013113549ab9b702b5868ef9b1480a795f",
    "ops-runbooks": "b4dedd832a850bdf299d574a31971c2defeb98f0",
    "prompt-library": "1a1b29724bd7e97e951c8057add0332998304001",
    "risk-narratives": "95b22fc79a09166f9af5d6619dfc22d9b77f436f",
    "support-copilot": "f79ab3b469165cacbb44b6f0fe93c27af35e77ca",
    "vector-lab": "dd32eecb04a16d3e2637246ccc668ee3bd13e1e5",
}
