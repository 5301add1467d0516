import { Graph, layout as dagre } from "@dagrejs/dagre";
import { seen, shortened } from "../data/text.ts";
import type { Entry, Reference } from "../data/model.ts";
import { pacer } from "../data/read.ts";
import { type Cluster, distinct, referencesAmong, type Row, rowsOf, type Shown } from "./graph.ts";

export const HEAD = 28;
export const ROW = 18;
export const SIDE = 10;
/** The longest name in a box, in characters. */
const LONGEST = 34;

export interface Point {
  x: number;
  y: number;
}

/** A table as a box. */
export interface Box {
  entry: Entry;
  x: number;
  y: number;
  width: number;
  height: number;
  rows: Row[];
  title: string;
}

/** A foreign key as a line. */
export interface Line {
  reference: Reference;
  points: Point[];
}

/** A frame around a cluster. */
export interface Frame {
  name: string;
  /** The name without what all frames have in theirs. */
  short: string;
  x: number;
  y: number;
  width: number;
  height: number;
  size: number;
}

/** A drawn diagram. */
export interface Layout {
  boxes: Box[];
  lines: Line[];
  frames: Frame[];
  width: number;
  height: number;
}

export const TITLE_FONT = "600 13px system-ui, sans-serif";
export const ROW_FONT = "12px ui-monospace, monospace";

let context: CanvasRenderingContext2D | null | undefined;

/** The width of text; a guess where nothing can be drawn. */
export function widthOf(text: string, font: string): number {
  context ??= typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 7.4;
  context.font = font;
  return context.measureText(text).width;
}

/** What a box says of a column's type. */
export function typeText(row: Row): string {
  return shortened(seen(row.column.type.postgresql ?? row.column.type.repr).toLowerCase(), 18);
}

export function nameText(name: string): string {
  return shortened(seen(name), LONGEST);
}

/** A table's box, not placed yet. */
export function boxOf(entry: Entry, shown: Shown): Box {
  const rows = rowsOf(entry, shown);
  const title = nameText(entry.key);
  const character = 7.3;
  const widest = Math.max(
    widthOf(title, TITLE_FONT) + 14,
    ...rows.map((row) => 44 + character * (nameText(row.column.name).length + typeText(row).length) + 14),
    90,
  );
  return {
    entry,
    x: 0,
    y: 0,
    width: Math.ceil(widest) + 2 * SIDE,
    height: HEAD + rows.length * ROW + (rows.length ? 6 : 0),
    rows,
    title,
  };
}

/** Boxes in layers, from those that refer to those that are referred to. */
export function layered(entries: Entry[], shown: Shown): Layout {
  const boxes = entries.map((entry) => boxOf(entry, shown));
  const byEntry = new Map(boxes.map((box) => [box.entry, box]));
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 18, edgesep: 8, ranksep: 64, marginx: 16, marginy: 16, ranker: "tight-tree" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of boxes) graph.setNode(String(box.entry.id), { width: box.width, height: box.height });
  const references = referencesAmong(entries);
  references.forEach((reference, i) => {
    if (reference.from !== reference.to) graph.setEdge(String(reference.from.id), String(reference.to.id), {}, String(i));
  });
  dagre(graph);
  for (const box of boxes) {
    const node = graph.node(String(box.entry.id)) as Point;
    box.x = node.x - box.width / 2;
    box.y = node.y - box.height / 2;
  }
  const lines = references.map((reference, i): Line => {
    const edge = { v: String(reference.from.id), w: String(reference.to.id), name: String(i) };
    const points = reference.from === reference.to ? [] : (graph.edge(edge) as { points: Point[] }).points;
    const between = points.slice(1, -1);
    return { reference, points: attached(reference, byEntry, between.length > 1 ? between : []) };
  });
  return { boxes, lines, frames: [], ...extent(boxes) };
}

/** The height at which a line meets a box: that of the column, if the box shows it. */
function heightAt(box: Box, column: string | undefined): number {
  const row = box.rows.findIndex((one) => one.column.name === column);
  return row < 0 ? box.y + HEAD / 2 : box.y + HEAD + row * ROW + ROW / 2;
}

/** The points of a line, from the side of one box to the side of the other. */
function attached({ from, to, columns, targets }: Reference, boxes: Map<Entry, Box>, between: Point[]): Point[] {
  const [a, b] = [boxes.get(from), boxes.get(to)];
  if (!a || !b) return [];
  const [ya, yb] = [heightAt(a, columns[0]), heightAt(b, targets[0])];
  if (a === b) {
    const right = a.x + a.width;
    const other = ya === yb ? yb - HEAD / 2 : yb;
    return [
      { x: right, y: ya },
      { x: right + 34, y: ya },
      { x: right + 34, y: other },
      { x: right, y: other },
    ];
  }
  const forward = (between[0]?.x ?? b.x + b.width / 2) > a.x + a.width / 2;
  const into = (between.at(-1)?.x ?? a.x + a.width / 2) < b.x + b.width / 2;
  const overlap = a.x < b.x + b.width && b.x < a.x + a.width && between.length === 0;
  const start = { x: forward || overlap ? a.x + a.width : a.x, y: ya };
  const end = { x: overlap || !into ? b.x + b.width : b.x, y: yb };
  return [start, ...between, end];
}

function extent(boxes: { x: number; y: number; width: number; height: number }[]): { width: number; height: number } {
  return {
    width: Math.max(0, ...boxes.map((box) => box.x + box.width)) + 16,
    height: Math.max(0, ...boxes.map((box) => box.y + box.height)) + 16,
  };
}

const GAP = 48;
const INSET = 18;
const CAPTION = 38;

/** Clusters, each laid out by itself, in rows one below the other. Pauses between them, and asks whether to go on. */
export async function clustered(
  groups: Cluster[],
  shown: Shown,
  goesOn: (share: number) => boolean,
): Promise<Layout | undefined> {
  const breathe = pacer();
  const parts: { cluster: Cluster; layout: Layout }[] = [];
  for (const cluster of groups) {
    parts.push({ cluster, layout: connectedFirst(cluster.entries, shown) });
    await breathe();
    if (!goesOn(parts.length / groups.length)) return undefined;
  }
  return packed(parts);
}

/** Connected tables in layers, the others in a grid below. */
function connectedFirst(entries: Entry[], shown: Shown): Layout {
  const ends = new Set(referencesAmong(entries).flatMap(({ from, to }) => (from === to ? [] : [from, to])));
  const top = layered(
    entries.filter((entry) => ends.has(entry)),
    shown,
  );
  const rest = entries.filter((entry) => !ends.has(entry)).map((entry) => boxOf(entry, shown));
  if (rest.length === 0) return top;
  const width = Math.max(
    top.boxes.length ? top.width : 0,
    Math.sqrt(rest.reduce((sum, box) => sum + (box.width + 16) * (box.height + 14), 0)) * 1.5,
  );
  let [x, y, tallest] = [16, top.boxes.length ? top.height + 8 : 16, 0];
  for (const box of rest) {
    if (x > 16 && x + box.width > width) [x, y, tallest] = [16, y + tallest + 14, 0];
    [box.x, box.y] = [x, y];
    x += box.width + 16;
    tallest = Math.max(tallest, box.height);
  }
  const boxes = [...top.boxes, ...rest];
  return { boxes, lines: top.lines, frames: [], ...extent(boxes) };
}

/** A column of a row: parts below each other, none wider than the first. */
interface Slot {
  x: number;
  width: number;
  bottom: number;
}

/** Parts in rows of about the same width, so that all together are about as wide as a screen. */
function packed(parts: { cluster: Cluster; layout: Layout }[]): Layout {
  const outer = parts.map(({ cluster, layout }) => ({
    cluster,
    layout,
    width: layout.width + 2 * INSET,
    height: layout.height + CAPTION + INSET,
  }));
  const area = outer.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const wide = Math.max(Math.sqrt(area) * 1.35, ...outer.map(({ width }) => width));
  outer.sort((a, b) => b.height - a.height);
  const whole: Layout = { boxes: [], lines: [], frames: [], width: 0, height: 0 };
  let [top, bottom] = [0, 0];
  let slots: Slot[] = [];
  for (const { cluster, layout, width, height } of outer) {
    let slot = slots.find((one) => one.width >= width && one.bottom + GAP + height <= bottom);
    if (!slot) {
      const last = slots.at(-1);
      const x = last ? last.x + last.width + GAP : 0;
      if (x + width > wide) [top, bottom, slots] = [bottom + GAP, bottom + GAP + height, []];
      slot = { x: slots.length ? x : 0, width, bottom: top - GAP };
      slots.push(slot);
    }
    const y = slot.bottom + GAP;
    whole.frames.push({ name: cluster.name, short: cluster.name, x: slot.x, y, width, height, size: cluster.entries.length });
    place(whole, layout, slot.x + INSET, y + CAPTION);
    slot.bottom = y + height;
    bottom = Math.max(bottom, slot.bottom);
  }
  const names = distinct(whole.frames.map((frame) => frame.name));
  whole.frames.forEach((frame, i) => {
    frame.short = names[i] ?? frame.name;
  });
  addBetween(whole);
  return { ...whole, ...extent(whole.frames) };
}

/** Adds a part at its place. */
function place(whole: Layout, part: Layout, dx: number, dy: number): void {
  for (const box of part.boxes) whole.boxes.push({ ...box, x: box.x + dx, y: box.y + dy });
  for (const line of part.lines) {
    whole.lines.push({ ...line, points: line.points.map((point) => ({ x: point.x + dx, y: point.y + dy })) });
  }
}

/** Adds the lines between clusters. */
function addBetween(whole: Layout): void {
  const byEntry = new Map(whole.boxes.map((box) => [box.entry, box]));
  const drawn = new Set(whole.lines.map((line) => line.reference));
  for (const { entry } of whole.boxes) {
    for (const reference of entry.refersTo) {
      if (!drawn.has(reference)) whole.lines.push({ reference, points: attached(reference, byEntry, []) });
    }
  }
}
