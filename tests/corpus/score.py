#!/usr/bin/env python3
"""Score an extracted schema against a ground truth. Standard library only.

usage: score.py TRUTH.json EXTRACTED.json [-v]        one package, a line of figures
       score.py --index INDEX.tsv DIR [-v]            every NAME with DIR/NAME.json, then the totals

TRUTH.json was dumped natively, with every real dependency installed (see README.md beside this file).
EXTRACTED.json is what `extract --format json` prints. Keys read from it, all others ignored:

  {"tables": [{"schema": str|null, "name": str, "status": "exact"|"partial", "reasons": [...],
               "columns": [{"name": str, "status": "exact"|"partial", "reasons": [...],
                            "type": {"postgresql": str|null},
                            "nullable": bool, "primary_key": bool, "server_default": str|null,
                            "foreign_keys": [{"target": "[schema.]table.column", "ondelete": str|null, "onupdate": str|null}]}],
               "unique": [{"columns": [str]}], "indexes": [{"columns": [str], "unique": bool}], "checks": [{"sql": str}]}],
   "unresolved": [{"name": str, ...}]}

A difference is SILENT when neither the column nor its table says "partial" (and, for a table that is
missing altogether, when "unresolved" does not name it). Silent differences are the worst result there is.
A doubt is NEEDLESS when a table that says "partial", itself or in a column, is as in the truth.
"""

import json, os, re, sys


def norm(text):
    return None if text is None else re.sub(r"\s+", " ", str(text)).strip().upper()


def column_facts(col):
    fks = sorted(
        (
            (f["target"], norm(f.get("ondelete")), norm(f.get("onupdate")))
            for f in col.get("foreign_keys", ())
        ),
        key=str,
    )
    return {
        "type": norm((col.get("type") or {}).get("postgresql")),
        "nullable": bool(col.get("nullable")),
        "primary_key": bool(col.get("primary_key")),
        "foreign_keys": fks,
    }


def table_facts(tab):
    return {
        "unique": sorted(sorted(u["columns"]) for u in tab.get("unique", ())),
        "indexes": sorted(
            (list(map(norm, i["columns"])), bool(i.get("unique"))) for i in tab.get("indexes", ())
        ),
        "checks": sorted(str(norm(c.get("sql"))) for c in tab.get("checks", ())),
    }


def agreement(want, got):
    cols = {c["name"]: column_facts(c) for c in got.get("columns", ())}
    a, b = table_facts(want), table_facts(got)
    return (
        sum(cols.get(c["name"]) == column_facts(c) for c in want["columns"]),
        sum(a[n] == b[n] for n in a),
    )


def score(truth, got, verbose=False, out=sys.stdout):
    key = lambda t: (t.get("schema"), t["name"])
    want, have = {key(t): t for t in truth["tables"]}, {}
    for t in got.get("tables", ()):  # one name can stand in several MetaData: the nearest to the truth counts
        k, w = key(t), want.get(key(t))
        if k in have and w is not None and agreement(w, have[k]) >= agreement(w, t):
            continue
        have[k] = t
    unresolved = {u.get("name") for u in got.get("unresolved", ())}
    r = dict(
        tables=len(want),
        tables_found=0,
        tables_exact=0,
        columns=0,
        columns_exact=0,
        silent=0,
        flagged=0,
        constraints=0,
        constraints_exact=0,
        needless=0,
        extra=len(set(have) - set(want)),
    )

    def differ(what, flagged):
        r["flagged" if flagged else "silent"] += 1
        if verbose:
            print(f"  {'flagged' if flagged else 'SILENT '} {what}", file=out)

    for k, t in sorted(want.items(), key=lambda kv: str(kv[0])):
        label = f"{k[0]}.{k[1]}" if k[0] else k[1]
        r["columns"] += len(t["columns"])
        h = have.get(k)
        if h is None:
            differ(f"{label}: table missing", k[1] in unresolved)
            continue
        r["tables_found"] += 1
        partial, exact = h.get("status") == "partial", True
        cols = {c["name"]: c for c in h.get("columns", ())}
        for c in t["columns"]:
            g = cols.pop(c["name"], None)
            if g is None:
                exact = False
                differ(f"{label}.{c['name']}: column missing", partial)
                continue
            a, b = column_facts(c), column_facts(g)
            bad = {n: (a[n], b[n]) for n in a if a[n] != b[n]}
            if bad:
                exact = False
                differ(
                    f"{label}.{c['name']}: "
                    + "; ".join(f"{n} want {w!r} got {v!r}" for n, (w, v) in bad.items()),
                    partial or g.get("status") == "partial",
                )
            else:
                r["columns_exact"] += 1
        for name in cols:
            exact = False
            differ(
                f"{label}.{name}: column not in the truth", partial or cols[name].get("status") == "partial"
            )
        a, b = table_facts(t), table_facts(h)
        for n in a:
            r["constraints"] += 1
            if a[n] == b[n]:
                r["constraints_exact"] += 1
            else:
                exact = False
                differ(f"{label}: {n} want {a[n]} got {b[n]}", partial)
        r["tables_exact"] += exact
        if exact and (partial or any(c.get("status") == "partial" for c in h.get("columns", ()))):
            r["needless"] += 1
            if verbose:
                print(f"  needless {label}: in doubt, and as in the truth", file=out)
    return r


def line(name, r):
    pct = lambda a, b: f"{100 * a / b:6.2f}%" if b else "   n/a "
    return (
        f"{name:32} tables {r['tables_found']:4}/{r['tables']:<4} {pct(r['tables_found'], r['tables'])}  columns exact {r['columns_exact']:5}/{r['columns']:<5} {pct(r['columns_exact'], r['columns'])}"
        f"  constraints exact {pct(r['constraints_exact'], r['constraints'])}  flagged {r['flagged']:4}  SILENT {r['silent']:4}  needless {r['needless']:4}  extra {r['extra']}"
    )


def main(argv):
    verbose = "-v" in argv
    argv = [a for a in argv if a != "-v"]
    if len(argv) == 3 and argv[0] == "--index":
        here, total = os.path.dirname(os.path.abspath(argv[1])), {}
        for row in open(argv[1], encoding="utf-8").read().splitlines():
            name = row.split("\t")[0]
            truth = os.path.join(here, "truth", name + ".json")
            if not name or name.startswith("#") or not os.path.exists(truth):
                continue
            path = os.path.join(argv[2], name + ".json")
            got = json.load(open(path, encoding="utf-8")) if os.path.exists(path) else {"tables": []}
            r = score(json.load(open(truth, encoding="utf-8")), got, verbose)
            print(line(name, r))
            for n, v in r.items():
                total[n] = total.get(n, 0) + v
        print(line("TOTAL", total))
        return 0
    if len(argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    r = score(json.load(open(argv[0], encoding="utf-8")), json.load(open(argv[1], encoding="utf-8")), verbose)
    print(line(os.path.basename(argv[0]).removesuffix(".json"), r))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
