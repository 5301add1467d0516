import { describe, expect, test } from "vitest";
import { constraintsOf, indexLine, valueLine } from "../src/data/describe.ts";
import { circles, measures } from "../src/data/hygiene.ts";
import { Walker } from "../src/data/lineage.ts";
import { Collector, linkTo, type Model } from "../src/data/model.ts";
import { readParts } from "../src/data/read.ts";
import { Search, terms } from "../src/data/search.ts";
import { prose, seen, shortened } from "../src/data/text.ts";
import { href, parse } from "../src/ui/route.ts";
import { assembled, type Documents, partsOf } from "./assemble.ts";
import { column, generated, HOSTILE, hostile, shop, table } from "./fixtures.ts";

function modelOf(documents: Documents): Promise<Model> {
  const collector = new Collector();
  for (const part of partsOf(documents)) collector.take(part);
  return collector.build();
}

const tables = (...all: ReturnType<typeof table>[]): Documents => ({ meta: { title: "test" }, head: { tables: all } });

describe("reading", () => {
  test.each(["plain", "deflate"] as const)("a page's data are read back (%s)", async (encoding) => {
    const html = assembled('<p>"BELLJAR-DATA"</p>', hostile(), encoding);
    const text = html.slice(3, -4);
    expect(text).not.toContain("<");
    const collector = new Collector();
    await readParts(text, (part) => collector.take(part));
    const names = (await collector.build()).entries.map((entry) => entry.table.name);
    expect(names.sort()).toEqual([...HOSTILE].sort());
  });
  test.each(["", "{}", '{"format":"2.0","parts":[]}', '"BELLJAR-DATA"'])("other data are refused: %s", async (text) => {
    await expect(readParts(text, () => undefined)).rejects.toThrow();
  });
});

describe("names", () => {
  test.each([
    ["a\u202eb", "a⟨202E⟩b"],
    ["a\u0000", "a⟨0000⟩"],
    ["\ud800x", "⟨D800⟩x"],
    ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"],
    ["جدول", "جدول"],
    ["plain_name", "plain_name"],
    ["a\u200bb\u2066", "a⟨200B⟩b⟨2066⟩"],
  ])("%j is shown as %s", (text, shown) => expect(seen(text)).toBe(shown));
  test("prose keeps its lines", () => expect(prose("a\r\nb\u202e\nc")).toBe("a\nb⟨202E⟩\nc"));
  test("long names are cut between characters", () => expect(shortened("😀😀😀😀", 3)).toBe("😀😀…"));
  test.each([
    ["https://example.com/{path}#L{line}", "https://example.com/a%20b/c%3F.py#L7"],
    ["javascript:alert('{path}')", undefined],
    ["data:text/html,{path}", undefined],
    [undefined, undefined],
  ])("the link of %s", (template, link) => expect(linkTo({ path: "a b/c?.py", line: 7 }, template)).toBe(link));
  test.each(HOSTILE)("an address leads back to its table: %j", (name) =>
    expect(parse(href("table", name, { column: name }), "overview")).toMatchObject({
      view: "table",
      name: name.toWellFormed(),
    }),
  );
});

describe("the model", async () => {
  const model = await modelOf(
    tables(
      table("a", [], ["b", "b"]),
      table("b", [column("x")], [], { schema: "s" }),
      table("b"),
      table("b", [], [], { metadata: "other" }),
    ),
  );
  test("keys are unique", () =>
    expect(model.entries.map((entry) => entry.key)).toEqual(["a", "b (app.models:Base.metadata)", "b (other)", "s.b"]));
  test("a foreign key leads to the table of its own MetaData", () => {
    const [a] = model.entries;
    expect(a?.refersTo.map((reference) => reference.to.key)).toEqual([
      "b (app.models:Base.metadata)",
      "b (app.models:Base.metadata)",
    ]);
    expect(model.byKey.get("b (other)")?.referredBy).toEqual([]);
  });
  test("a foreign key that is a key refers once", async () => {
    const one = table("one", [], ["many"], { primary_key: { columns: ["many_id"] } });
    const [, entry] = (await modelOf(tables(one, table("many")))).entries;
    expect(entry?.refersTo[0]?.single).toBe(true);
  });
  test("changes, findings and impacts are those of their tables", async () => {
    const pr = await modelOf(shop());
    const [customers, orders] = pr.entries;
    expect(customers).toMatchObject({ key: "customers", mark: undefined, findings: [] });
    expect(orders).toMatchObject({ key: "orders", mark: "changed", owners: ["@acme/platform"] });
    expect(orders?.findings.map((finding) => finding.code)).toEqual(["BJ001", "BJ002", "BJ303", "BJ003"]);
    expect(orders?.impacts[0]?.affected.length).toBeGreaterThan(3);
    expect(orders?.base?.columns?.map((one) => one.name)).toEqual(["id", "customer_id", "total"]);
  });
  test("a table of the base alone is dropped", async () => {
    const dropped = { ...tables(table("stays")), base: { tables: [table("goes")] } };
    expect((await modelOf(dropped)).entries.map((entry) => [entry.key, entry.mark])).toEqual([
      ["goes", "dropped"],
      ["stays", undefined],
    ]);
  });
});

describe("search", async () => {
  const model = await modelOf(
    tables(
      table("invoices", [column("total_amount", 4, { comment: "what the customer owes" }), column("state", 1)], ["customers"]),
      table("customers", [column("emailAddress", 1)], [], {
        class: "crm.people:Customer",
        place: { path: "crm/people.py", line: 3 },
      }),
      table("audit_log", [column("payload", 5)]),
      table("جدول"),
      table("名前"),
    ),
  );
  model.entries.forEach((entry) => {
    if (entry.key === "audit_log") entry.owners = ["@acme/security"];
  });
  const search = new Search(model);
  const filled = search.fill();
  test.each([
    ["invoices", "invoices", []],
    ["invoises", "invoices", []],
    ["inv", "invoices", []],
    ["total_amount", "invoices", ["total_amount"]],
    ["amount", "invoices", ["total_amount"]],
    ["email", "customers", ["emailAddress"]],
    ["emailaddress", "customers", ["emailAddress"]],
    ["owes", "invoices", []],
    ["crm/people.py", "customers", []],
    ["Customer", "customers", ["customers_id"]],
    ["security", "audit_log", []],
    ["invoices.state", "invoices", ["state"]],
    ["جدول", "جدول", []],
    ["名前", "名前", []],
    ["text", "audit_log", []],
    ["audti", "audit_log", []],
  ])("%s finds %s", async (query, name, columns) => {
    await filled;
    const [hit] = search.find(query);
    expect(hit?.entry.key).toBe(name);
    if (columns.length && query !== "Customer") expect(hit?.columns).toEqual(columns);
  });
  test.each(["", "  ", "zzzzzz"])("%j finds nothing", (query) => expect(search.find(query)).toEqual([]));
  test("words of names", () =>
    expect(terms("HTTPServer_errorCode2")).toEqual(["httpserver_errorcode2", "httpserver", "error", "code2"]));
});

describe("hygiene", () => {
  const found = async (documents: Documents) =>
    Object.fromEntries(
      measures(await modelOf(documents)).map((measure) => [measure.code, measure.items.map((item) => item.entry.key)]),
    );
  test("what is found, and what is not", async () => {
    const indexed = table("indexed", [], ["target"], { indexes: [{ columns: ["target_id", "other"] }], comment: "fine" });
    const documents = tables(
      indexed,
      table("unindexed", [], ["target"]),
      table("target"),
      table("lonely"),
      table("keyless", [], [], { primary_key: { columns: [] } }),
      table(
        "wide",
        Array.from({ length: 40 }, (_, i) => column(`c${i}`)),
      ),
      table("CamelCase"),
      table("doubtful", [], [], { status: "partial" }),
    );
    const result = await found(documents);
    expect(result.unindexed).toEqual(["unindexed"]);
    expect(result["no-key"]).toEqual(["keyless"]);
    expect(result.wide).toEqual(["wide"]);
    expect(result.naming).toEqual(["CamelCase"]);
    expect(result.partial).toEqual(["doubtful"]);
    expect(result.orphan).toContain("lonely");
    expect(result.orphan).not.toContain("target");
    expect(result["table-comment"]).not.toContain("indexed");
    expect(result.cycle).toEqual([]);
  });
  test("circles of foreign keys, also long ones", async () => {
    const size = 5000;
    const ring = Array.from({ length: size }, (_, i) => table(`t${i}`, [], [`t${(i + 1) % size}`]));
    const self = table("self", [], ["self"]);
    expect(circles((await modelOf(tables(...ring, self))).entries).map((group) => group.length)).toEqual([size]);
  });
});

describe("lineage", async () => {
  const { lineage } = shop();
  const walker = new Walker(lineage as never);
  const orders = (await modelOf(shop())).byKey.get("orders");
  const names = (branches: ReturnType<Walker["walk"]>): unknown[] =>
    branches.map((branch) => [
      branch.column ? `${branch.dataset.name}.${branch.column}` : branch.dataset.name,
      names(branch.next),
    ]);
  test("readers of a column", () => {
    const dataset = orders && walker.datasetOf(orders);
    const text = JSON.stringify(names(dataset ? walker.walk(dataset, "total", "down") : []));
    for (const name of ["raw.shop.orders.total", "stg_orders.total", "customers.revenue", "orders_copy.total"])
      expect(text).toContain(name);
  });
  test("a circle ends", () => {
    const end = (dataset: string) => ({ dataset, column: "c" });
    const edge = (from: string, to: string) => ({
      from: end(from),
      to: end(to),
      kind: "identity",
      certainty: "certain" as const,
    });
    const data = (id: string) => ({ id, name: id, kind: "model", system: "dbt", certainty: "certain" as const });
    const circle = new Walker({ datasets: [data("a"), data("b")], edges: [edge("a", "b"), edge("b", "a")] });
    expect(names(circle.walk(data("a"), "c", "down"))).toEqual([["b.c", [["a.c", []]]]]);
  });
});

describe("values", () => {
  test.each([
    [{ flag: false }, "false"],
    [{ text: "x" }, "x"],
    [{ list: ["a", "b"] }, "a, b"],
    [
      { column: { name: "c", type: { class: "I", module: "m", repr: "I()", postgresql: "INTEGER" }, nullable: false } },
      "INTEGER not null",
    ],
    [{ foreign_key: { columns: ["a"], targets: ["t.id"], ondelete: "CASCADE" } }, "(a) → t.id on delete cascade"],
    [{ unheard: { name: "n" } }, "n"],
    [null, ""],
    [undefined, ""],
  ])("%j", (value, line) => expect(valueLine(value, "postgresql")).toBe(line));
  test("an index as another database has it", () => {
    const index = {
      elements: [{ sql: "a #>> '{b}'" }],
      options: { "element 0:mysql": "json_value(a)", postgresql_where: "b", with: "c", mariadb_prefix: "d" },
    };
    expect(indexLine(index, "mysql")).toBe("(json_value(a)) with=c");
    expect(indexLine(index, "postgresql")).toBe("(a #>> '{b}') postgresql_where=b with=c");
  });
  test("constraints, the key first", () => {
    const kinds = constraintsOf(
      table("t", [], ["u"], {
        checks: [{ sql: "a > 0" }],
        unique: [{ columns: ["a"] }],
        indexes: [{ unique: true, columns: ["a"] }],
      }),
      "mysql",
    ).map((one) => one.kind);
    expect(kinds).toEqual(["primary key", "foreign key", "unique", "check", "unique index"]);
  });
});

test("a generated schema is connected as it says", async () => {
  const model = await modelOf(generated(200));
  expect(model.entries.length).toBe(200);
  expect(model.entries.flatMap((entry) => entry.refersTo).length).toBeGreaterThan(200);
});
