"""The newest commit of each demo repository: a change here is a change of the demo, on purpose."""

NEWEST = {
    "banner-bot": "dfcfe62494b47ac966549611804597c33a58a6fc",
    "catalog-search": "54018a04a5b37a51ddd8b5b8268554b309d285a2",
    "churn-notebooks": "9b15744b8e0fbedee1e7e4966025be6967b604d8",
    "help-center": "8ace893a46428d39c977b0f0aa7329f669b55aa1",
    "invoice-reader": "e22105c9cdb305603f041c3372c548cb2e8cd3e4",
    "ledger-summaries": "d28cc9cb3bffe3b3710498ed4923e0808318807d",
    "llm-gateway": "e65651af19acb1ebad95b84c2d576e36d0a91bb2",
    "ops-runbooks": "b4dedd832a850bdf299d574a31971c2defeb98f0",
    "prompt-library": "ca6d662f6ffb2a050185fee3f6214c4e61b4d11d",
    "risk-narratives": "95b22fc79a09166f9af5d6619dfc22d9b77f436f",
    "support-copilot": "a6f1fea6a6c45690cab7184d50f15f93a2f2c4f9",
    "vector-lab": "dd32eecb04a16d3e2637246ccc668ee3bd13e1e5",
}
