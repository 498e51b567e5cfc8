"""Records that refer to each other by key, as Django's fixtures do: `{"model": "a.b", "pk": 3, "fields": {…}}`."""

from audits.engine.config.tree import LIST, TEXT, Tree


def referred(tree: Tree, holder: int) -> tuple[int, ...]:
    """The fields of the records that the fields in `holder` refer to: `api_provider: 3` means an `x.apiprovider`."""
    record = tree.rows[holder].parent
    table = tree.rows[record].parent
    if tree.rows[holder].key != "fields" or table < 0 or tree.rows[table].kind != LIST:
        return ()
    wanted = {
        (tree.rows[kid].key.replace("_", "").lower(), tree.rows[kid].value)
        for kid in tree.kids(holder)
        if tree.rows[kid].kind == TEXT and isinstance(tree.rows[kid].value, int)
    }
    found = []
    for other in tree.kids(table):
        model, key, fields = (tree.child(other, name) for name in ("model", "pk", "fields"))
        if model is None or key is None or fields is None or fields == holder:
            continue
        if (tree.text(model).rpartition(".")[2].lower(), tree.rows[key].value) in wanted:
            found.append(fields)
    return tuple(found)
