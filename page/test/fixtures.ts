import { readFileSync } from "node:fs";
import type { Column, Table } from "../src/data/types.ts";
import type { Documents } from "./assemble.ts";

/** The documents of a pull request that renames a column, with dbt and LookML behind it. */
export function shop(): Documents {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`data/shop/${name}.json`, import.meta.url), "utf8")) as Record<string, unknown>;
  return {
    meta: {
      title: "shop",
      base: "main",
      head: "rename-total",
      link: "https://example.com/acme/shop/blob/abc123/{path}#L{line}",
      owners: { "app/models.py": ["@acme/platform"] },
    },
    head: read("head"),
    base: read("base"),
    check: read("check"),
    lineage: read("lineage"),
  };
}

const WORDS = [
  "account",
  "order",
  "invoice",
  "payment",
  "customer",
  "shipment",
  "product",
  "price",
  "stock",
  "review",
  "session",
  "event",
  "audit",
  "tag",
  "team",
  "role",
];
const TYPES = [
  ["Integer()", "INTEGER"],
  ["String(length=200)", "VARCHAR(200)"],
  ["DateTime()", "TIMESTAMP WITHOUT TIME ZONE"],
  ["Boolean()", "BOOLEAN"],
  ["Numeric(precision=10, scale=2)", "NUMERIC(10, 2)"],
  ["Text()", "TEXT"],
] as const;

export function column(name: string, type = 0, more: Partial<Column> = {}): Column {
  const [repr, sql] = TYPES[type % TYPES.length] ?? TYPES[0];
  return {
    name,
    attribute: name,
    status: "exact",
    nullable: type % 2 === 1,
    place: { path: "app/models.py", line: 10 },
    type: {
      class: repr.split("(")[0] ?? "",
      module: "sqlalchemy.sql.sqltypes",
      repr,
      postgresql: sql,
      mysql: sql,
      sqlite: sql,
      mssql: sql,
      oracle: sql,
    },
    ...more,
  };
}

/** A table with an integer key, these columns, and a foreign key to each of these tables. */
export function table(name: string, columns: Column[] = [], targets: string[] = [], more: Partial<Table> = {}): Table {
  const foreign = targets.map((target, i) => column(`${target.split(".").at(-1)}_id${i ? `_${i}` : ""}`));
  return {
    metadata: "app.models:Base.metadata",
    name,
    status: "exact",
    class: `app.models:${name}`,
    place: { path: "app/models.py", line: 9 },
    columns: [column("id", 0, { primary_key: true }), ...foreign, ...columns],
    primary_key: { columns: ["id"], name: `${name}_pkey` },
    foreign_keys: targets.map((target, i) => ({
      columns: [foreign[i]?.name ?? ""],
      targets: [`${target}.id`],
      ondelete: i % 2 ? "CASCADE" : undefined,
    })),
    ...more,
  };
}

/** So many tables in modules, with twelve columns each, connected as schemas are: most to few. */
export function generated(size: number): Documents {
  const name = (i: number) => `${WORDS[i % WORDS.length]}_${WORDS[(i * 7 + Math.floor(i / 16)) % WORDS.length]}_${i}`;
  const tables = Array.from({ length: size }, (_, i): Table => {
    const hub = Math.floor(i / 25) * 25;
    const targets =
      i === 0
        ? []
        : [...new Set([i === hub ? 0 : hub, i % 3 ? Math.max(hub, i - 1 - (i % 5)) : (i * 31) % i])].filter((to) => to !== i);
    const columns = Array.from({ length: 10 }, (_, c) =>
      column(
        `${WORDS[(i + c) % WORDS.length]}_${["at", "name", "count", "code", "note"][c % 5]}`,
        i + c,
        c % 4 ? {} : { comment: `What the ${WORDS[(i * c) % WORDS.length]} has at that time, as the ${WORDS[c]} says` },
      ),
    );
    const module = `app.part_${Math.floor(i / 25)}.models`;
    return table(name(i), columns, targets.map(name), {
      class: `${module}:T${i}`,
      place: { path: `app/part_${Math.floor(i / 25)}/models.py`, line: 10 + i * 14 },
      indexes: i % 2 ? [{ name: `ix_${i}`, columns: [`${name(hub).split(".").at(-1)}_id`] }] : [],
    });
  });
  return {
    meta: { title: `generated ${size}` },
    head: { belljar: "0", sqlalchemy: { version: "2.1.9", reason: "" }, tables, classes: [] },
  };
}

/** Names and texts that try to be something else. */
export const HOSTILE = [
  "</script><script>document.title='owned'</script>",
  "<img src=x onerror=\"document.title='owned'\">",
  '"><svg onload=alert(1)>',
  "javascript:alert(1)",
  "<!--<script>",
  "]]>",
  "${alert(1)}",
  "{{constructor.constructor('alert(1)')()}}",
  "a\u202ebmud\u202c",
  "__proto__",
  "constructor",
  "toString",
  "x".repeat(200),
  "👩‍👩‍👧‍👦 family",
  "جدول_العملاء",
  "名前",
  "na\u0000me\u2028x",
  "%E0%A4%A",
  "a/b?c#d&e=f",
  " ",
  ".",
];

/** A schema of such names, in every place where text is shown. */
export function hostile(): Documents {
  const tables = HOSTILE.map((name, i) =>
    table(
      name,
      HOSTILE.map((text, c) => column(text, c, { comment: text, server_default: text, options: { [text]: text } })),
      i ? [HOSTILE[i - 1] ?? ""] : [],
      {
        comment: name,
        class: `${name}:${name}`,
        place: { path: name, line: 3 },
        status: i % 2 ? "partial" : "exact",
        reasons: [{ code: name, message: name, hint: name }],
        schema: i % 5 === 4 ? name : undefined,
        checks: [{ name, sql: name }],
      },
    ),
  );
  const link = "https://example.com/{path}#L{line}";
  return {
    meta: {
      title: HOSTILE[0] ?? "",
      head: HOSTILE[1],
      link,
      owners: Object.fromEntries(HOSTILE.map((name) => [name, [name]])),
    },
    head: {
      tables,
      classes: [],
      unresolved: HOSTILE.map((name) => ({
        name,
        class: name,
        place: { path: name, line: 1 },
        reason: { code: name, message: name, hint: name },
      })),
    },
  };
}
