"""The newest commit of each demo repository: a change here is a change of the demo, on purpose."""

NEWEST = {
    "banner-bot": "dfcfe62494b47ac966549611804597c33a58a6fc",
    "catalog-search": "448430f133bad25f40d8c47273421d228ca4467b",
    "churn-notebooks": "9b15744b8e0fbedee1e7e4966025be6967b604d8",
    "invoice-reader": "e22105c9cdb305603f041c3372c548cb2e8cd3e4",
    "ledger-summaries": "d28cc9cb3bffe3b3710498ed4923e0808318807d",
    "ops-runbooks": "b4dedd832a850bdf299d574a31971c2defeb98f0",
    "prompt-library": "b84c51eca5bed0df1e8443c568fb834eaf59f3ea",
    "risk-narratives": "95b22fc79a09166f9af5d6619dfc22d9b77f436f",
    "support-copilot": "5c0bc2dffe24cd55f025638da57007c200dbe082",
    "vector-lab": "dd32eecb04a16d3e2637246ccc668ee3bd13e1e5",
}
