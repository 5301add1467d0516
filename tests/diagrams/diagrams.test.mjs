// Each language of `belljar diagram` is read by those who define it, and has the tables, columns and links of the schema:
// names that mean something in a language are names still. BELLJAR is the program.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import * as dbml from "@dbml/core";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { D2 } from "@terrastruct/d2";
import mermaid from "mermaid";

const here = dirname(fileURLToPath(import.meta.url));
const belljar = resolve(process.env.BELLJAR ?? join(here, "../../target/release/belljar"));
const run = (...args) => execFileSync(belljar, args, { encoding: "utf8", maxBuffer: 1 << 28, cwd: here });
const schema = JSON.parse(run("extract", "schema", "--format", "json", "--quiet"));
const fullName = (table) => (table.schema ? `${table.schema}.${table.name}` : table.name);

const UNDECLARED = "nowhere";
const tables = [...schema.tables.map(fullName), UNDECLARED].sort();
const links = schema.tables.flatMap((table) => table.foreign_keys).length;
const choices = ["all", "keys", "none"].flatMap((columns) => [
  ["--columns", columns],
  ["--columns", columns, "--group", "schema"],
  ["--columns", columns, "--group", "module"],
]);

/** A name without what the program adds to it. */
const plain = (label) => label.replace(/ \((not declared|partial|view|\d+)(, partial)*\)$/, "");

/** The columns of the tables, as `table/column`. */
const columnsOf = (shown) => {
  const isKey = (table, column) =>
    column.primary_key || table.foreign_keys.some((key) => key.columns.includes(column.name));
  return schema.tables
    .flatMap((table) =>
      table.columns
        .filter((column) => shown === "all" || (shown === "keys" && isKey(table, column)))
        .map((column) => `${fullName(table)}/${column.name}`),
    )
    .sort();
};

const diagram = (format, options) => run("diagram", "schema", "--quiet", "--format", format, ...options);

test("there is something to compare", () => {
  assert.ok(tables.length > 80 && links > 80, `${tables.length} tables, ${links} links`);
});

/** Mermaid's entities, as its own renderer decodes them. */
const decoded = (text) =>
  text
    .replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/ﬂ°(\w+)¶ß/g, (_, name) => ({ quot: '"', lt: "<", gt: ">", amp: "&" })[name]);

test("Mermaid", async () => {
  for (const options of choices.filter((options) => !options.includes("--group"))) {
    const text = diagram("mermaid", options);
    assert.equal((await mermaid.parse(text)).diagramType, "er");
    assert.deepEqual((await mermaid.parse(text)).config, {}, "no directive");
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const entities = [...db.getEntities().values()];
    const named = entities.map((entity) => plain(decoded(entity.alias || entity.label)));
    assert.deepEqual(named.sort(), tables, options.join(" "));
    assert.equal(db.getRelationships().length, links);
    const count = entities.reduce((sum, entity) => sum + entity.attributes.length, 0);
    assert.equal(count, columnsOf(options[1]).length);
  }
});

const unescaped = (text) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" })[name]);

test("Graphviz", async () => {
  const graphviz = await Graphviz.load();
  for (const options of choices) {
    const svg = graphviz.layout(diagram("dot", options), "svg", "dot");
    assert.ok(!/<script|<image|href=/.test(svg), "nothing is loaded or linked");
    const bold = [...svg.matchAll(/<text[^>]*font-weight="bold"[^>]*>([^<]*)<\/text>/g)].map((found) => unescaped(found[1]));
    assert.deepEqual(bold.map((label) => plain(label.replace(/\u00a0/g, " "))).sort(), tables, options.join(" "));
    assert.equal((svg.match(/class="edge"/g) ?? []).length, links);
  }
});

test("DBML", () => {
  for (const options of choices) {
    const database = new dbml.Parser().parse(diagram("dbml", options), "dbmlv2");
    const all = database.schemas.flatMap((part) =>
      part.tables.map((table) => ({
        name: part.name === "public" ? table.name : `${part.name}.${table.name}`,
        columns: table.fields.map((field) => field.name),
      })),
    );
    assert.deepEqual(all.map((table) => plain(table.name)).sort(), tables, options.join(" "));
    assert.equal(database.schemas.flatMap((part) => part.refs).length, links);
    if (options[1] === "all") {
      const declared = all.filter((table) => table.name !== UNDECLARED);
      const columns = declared.flatMap((table) => table.columns.map((column) => `${plain(table.name)}/${column}`));
      assert.deepEqual(columns.sort(), columnsOf("all"));
    }
  }
});

test("D2", async () => {
  const d2 = new D2();
  for (const options of choices) {
    const { diagram: read } = await d2.compile(diagram("d2", options));
    const shapes = read.shapes.filter((shape) => shape.type === "sql_table");
    assert.deepEqual(shapes.map((shape) => plain(shape.label)).sort(), tables, options.join(" "));
    assert.equal(read.connections.length, links);
    const columns = shapes.flatMap((shape) =>
      (shape.columns ?? []).map((column) => `${plain(shape.label)}/${column.name.label}`),
    );
    assert.deepEqual(columns.sort(), columnsOf(options[1]));
  }
  d2.worker?.terminate?.();
});

test("PlantUML", () => {
  for (const options of choices) {
    const lines = diagram("plantuml", options).split("\n");
    const names = lines.flatMap((line) => /^entity "(.*)" as \w+/.exec(line)?.[1] ?? []);
    const shown = (text) => text.replace(/<U\+([0-9A-F]+)>/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)));
    assert.deepEqual(names.map((name) => plain(shown(name))).sort(), tables);
    // Of a name, only what can't be markup or a directive is left.
    for (const line of lines.filter((line) => /^(entity|package| )/.test(line))) {
      const rest = line.replace(/<U\+[0-9A-F]+>/g, "").replace(/ <<[PF]K>>/g, "").replace(/^ {2}\{field\} (\* )?/, "");
      assert.match(rest, /^[\p{L}\p{N}\p{M} .,()_?":{#-]*$/u, line);
    }
  }
});
