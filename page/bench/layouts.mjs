// Times layouts of real foreign keys with dagre, elk and viz.
//
//     npm install --no-save elkjs@0.12.1 @viz-js/viz@3.31.0
//     node bench/layouts.mjs schema.json        # a document of `belljar extract --format json`
//
// The document is cut to its 30 best connected tables, and copied, with some foreign keys between the copies, for 300 and 1,000.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import dagre from "@dagrejs/dagre";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));

/** The tables and foreign keys of the document, with the sizes of boxes that show keys. */
function graphOf(tables) {
  const nodes = tables.map((table) => ({
    id: table.name,
    width: 24 + 7 * Math.max(table.name.length, 14),
    height: 30 + 18 * (table.primary_key.columns.length + table.foreign_keys.length),
  }));
  const known = new Set(nodes.map((node) => node.id));
  const edges = tables.flatMap((table) =>
    table.foreign_keys.map((key) => [table.name, key.targets[0].split(".").slice(-2)[0]]),
  );
  return { nodes, edges: edges.filter(([from, to]) => known.has(to) && from !== to) };
}

/** So many tables: the best connected ones, or copies. */
function sized(whole, size) {
  const degree = new Map(whole.nodes.map((node) => [node.id, 0]));
  for (const end of whole.edges.flat()) degree.set(end, degree.get(end) + 1);
  const nodes = [],
    edges = [];
  for (let copy = 0; nodes.length < size; copy++) {
    const best = [...whole.nodes].sort((a, b) => degree.get(b.id) - degree.get(a.id)).slice(0, size - nodes.length);
    const taken = new Set(best.map((node) => node.id));
    nodes.push(...best.map((node) => ({ ...node, id: `${node.id}_${copy}` })));
    edges.push(
      ...whole.edges.filter(([a, b]) => taken.has(a) && taken.has(b)).map(([a, b]) => [`${a}_${copy}`, `${b}_${copy}`]),
    );
    if (copy > 0) for (let i = 0; i < 10; i++) edges.push([nodes[nodes.length - 1 - i].id, nodes[i].id]);
  }
  return { nodes, edges };
}

function withDagre({ nodes, edges }, ranker) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 16, ranksep: 60, ranker });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  edges.forEach(([from, to], i) => graph.setEdge(from, to, {}, String(i)));
  dagre.layout(graph);
}

async function withElk({ nodes, edges }) {
  const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
  const elk = new Elk();
  const run = () =>
    elk.layout({
      id: "root",
      layoutOptions: { "elk.algorithm": "layered", "elk.direction": "RIGHT" },
      children: nodes.map((node) => ({ ...node })),
      edges: edges.map(([from, to], i) => ({ id: `e${i}`, sources: [from], targets: [to] })),
    });
  return run;
}

async function withViz({ nodes, edges }) {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  const name = (text) => JSON.stringify(text);
  const source = `digraph { rankdir=LR; node [shape=box fixedsize=true];
${nodes.map((node) => `${name(node.id)} [width=${node.width / 72} height=${node.height / 72}];`).join("\n")}
${edges.map(([from, to]) => `${name(from)} -> ${name(to)};`).join("\n")} }`;
  return async () => viz.renderJSON(source);
}

async function timed(name, size, run) {
  const started = performance.now();
  try {
    await run();
    console.log(`${name}\t${size}\t${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    console.log(`${name}\t${size}\tfailed: ${String(error).slice(0, 120)}`);
  }
}

const whole = graphOf(document.tables);
for (const size of [30, 50, 300, 1000]) {
  const graph = sized(whole, size);
  console.log(`# ${graph.nodes.length} tables, ${graph.edges.length} foreign keys`);
  await timed("dagre network-simplex", size, async () => withDagre(graph, "network-simplex"));
  await timed("dagre tight-tree", size, async () => withDagre(graph, "tight-tree"));
  for (const [name, prepare] of [
    ["elk layered", withElk],
    ["viz dot", withViz],
  ]) {
    const run = await prepare(graph);
    await timed(name, size, run);
  }
}
