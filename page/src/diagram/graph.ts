import { columnsOf, type Entry, type Model, moduleOf, type Reference } from "../data/model.ts";
import type { Column } from "../data/types.ts";

export type Shown = "keys" | "all" | "none";

/** A row of a box: a column. */
export interface Row {
  column: Column;
  key: "PK" | "FK" | "PK FK" | "";
}

/** A table and its neighbours. */
export interface Neighbourhood {
  entries: Entry[];
  /** How many more there would be. */
  left: number;
}

/** The tables within so many foreign keys, the nearest first, and of these the best connected. */
export function neighbourhood(starts: Entry[], depth: number, most = 60): Neighbourhood {
  const seen = new Set(starts);
  let ring = starts;
  for (let step = 0; step < depth; step++) {
    const next = new Set<Entry>();
    for (const entry of ring) for (const other of neighbours(entry)) if (!seen.has(other)) next.add(other);
    ring = [...next].sort((a, b) => degree(b) - degree(a) || a.id - b.id);
    for (const entry of ring) seen.add(entry);
  }
  const entries = [...seen];
  return { entries: entries.slice(0, most), left: Math.max(0, entries.length - most) };
}

export function neighbours(entry: Entry): Entry[] {
  return [...entry.refersTo.map((reference) => reference.to), ...entry.referredBy.map((reference) => reference.from)];
}

function degree(entry: Entry): number {
  return entry.refersTo.length + entry.referredBy.length;
}

/** The references among these tables. */
export function referencesAmong(entries: Entry[]): Reference[] {
  const inside = new Set(entries);
  return entries.flatMap((entry) => entry.refersTo.filter((reference) => inside.has(reference.to)));
}

/** The rows of a table's box. */
export function rowsOf(entry: Entry, shown: Shown): Row[] {
  if (shown === "none") return [];
  const foreign = new Set(entry.refersTo.flatMap((reference) => reference.columns));
  const primary = new Set(entry.table.primary_key?.columns ?? []);
  const rows = columnsOf(entry.table).map((column): Row => {
    const key = [primary.has(column.name) && "PK", foreign.has(column.name) && "FK"].filter(Boolean).join(" ");
    return { column, key: key as Row["key"] };
  });
  return shown === "all" ? rows : rows.filter((row) => row.key);
}

export type Grouping = "schema" | "module" | "links";

/** Tables that are drawn together. */
export interface Cluster {
  name: string;
  entries: Entry[];
}

/** So many tables are laid out at once without a pause that is noticed. */
const LARGEST = 40;

/** Tables in groups that are small enough to be drawn. */
export function clusters(model: Model, grouping: Grouping): Cluster[] {
  const named = grouping === "links" ? byLinks(model.entries) : byName(model.entries, grouping);
  const small = named.flatMap((cluster) => (cluster.entries.length <= LARGEST ? [cluster] : halved(cluster)));
  return small.sort((a, b) => b.entries.length - a.entries.length || (a.name < b.name ? -1 : 1));
}

/** Names without the parts that all of them begin or end with: `app.orders.models` and `app.users.models` as `orders` and `users`. */
export function distinct(names: string[]): string[] {
  const split = names.map((name) => name.replace(/\.py$/, "").split(/[./]/));
  const [first = []] = split;
  const shortest = Math.min(...split.map((parts) => parts.length));
  const isCommon = (at: number, fromEnd: boolean) =>
    split.every((parts) => parts.at(fromEnd ? -1 - at : at) === first.at(fromEnd ? -1 - at : at));
  let [start, end] = [0, 0];
  while (names.length > 1 && start < shortest - 1 && isCommon(start, false)) start++;
  while (names.length > 1 && start + end < shortest - 1 && isCommon(end, true)) end++;
  return split.map((parts) => parts.slice(start, parts.length - end).join("."));
}

/** The grouping that says most: by schema if there are several, by module unless one has nearly all. */
export function bestGrouping(model: Model): Grouping {
  const share = (groups: Cluster[]) =>
    Math.max(0, ...groups.map((group) => group.entries.length)) / Math.max(1, model.entries.length);
  const schemas = byName(model.entries, "schema");
  if (schemas.length > 2 && share(schemas) < 0.6) return "schema";
  return share(byName(model.entries, "module")) < 0.4 ? "module" : "links";
}

function byName(entries: Entry[], grouping: "schema" | "module"): Cluster[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = grouping === "schema" ? (entry.table.schema ?? "(default schema)") : moduleOf(entry);
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  return [...groups].map(([name, members]) => ({ name, entries: members }));
}

/** A large group in groups by its foreign keys, and where these don't divide it, in the order of names. */
function halved(cluster: Cluster): Cluster[] {
  const parts = byLinks(cluster.entries);
  return parts.flatMap((part) => {
    const name = part.name === ALONE ? cluster.name : `${cluster.name} · ${part.name}`;
    if (part.entries.length <= LARGEST) return [{ name, entries: part.entries }];
    const pieces: Cluster[] = [];
    for (let at = 0; at < part.entries.length; at += LARGEST) {
      pieces.push({ name: at ? `${name} (${at / LARGEST + 1})` : name, entries: part.entries.slice(at, at + LARGEST) });
    }
    return pieces;
  });
}

const ALONE = "no foreign keys";

/** Groups with many foreign keys inside and few to others (the first phase of Louvain's method, twice). */
export function byLinks(entries: Entry[]): Cluster[] {
  const inside = new Set(entries);
  const connected = entries.filter((entry) => neighbours(entry).some((other) => inside.has(other) && other !== entry));
  const position = new Map(connected.map((entry, i) => [entry, i]));
  let links: Map<number, number>[] = connected.map(() => new Map());
  for (const reference of referencesAmong(connected)) {
    const [a, b] = [position.get(reference.from) ?? 0, position.get(reference.to) ?? 0];
    if (a !== b) {
      add(links[a], b, 1);
      add(links[b], a, 1);
    }
  }
  let group = connected.map((_, i) => i);
  for (let phase = 0; phase < 2; phase++) {
    const moved = moveNodes(links);
    const names = [...new Set(moved)];
    const renumbered = moved.map((name) => names.indexOf(name));
    group = group.map((node) => renumbered[node] ?? 0);
    links = merged(links, renumbered, names.length);
  }
  const result = new Map<number, Entry[]>();
  connected.forEach((entry, i) => {
    const members = result.get(group[i] ?? 0) ?? [];
    members.push(entry);
    result.set(group[i] ?? 0, members);
  });
  const found = [...result.values()].map((members) => ({ name: hub(members), entries: members }));
  const rest = entries.filter((entry) => !position.has(entry));
  return rest.length ? [...found, { name: ALONE, entries: rest }] : found;
}

/** The name of the best connected table. */
function hub(members: Entry[]): string {
  return members.reduce((best, entry) => (degree(entry) > degree(best) ? entry : best)).key;
}

function add(map: Map<number, number> | undefined, key: number, value: number): void {
  map?.set(key, (map.get(key) ?? 0) + value);
}

/** Moves each node to the group of neighbours where modularity gains most, until none moves. */
function moveNodes(links: Map<number, number>[]): number[] {
  const weight = links.map((own) => [...own.values()].reduce((a, b) => a + b, 0));
  const total = Math.max(
    1,
    weight.reduce((a, b) => a + b, 0),
  );
  const group = links.map((_, i) => i);
  const sum = [...weight];
  for (let round = 0, moved = true; moved && round < 12; round++) {
    moved = false;
    links.forEach((own, node) => {
      const from = group[node] ?? 0;
      const mine = weight[node] ?? 0;
      sum[from] = (sum[from] ?? 0) - mine;
      const to = new Map<number, number>([[from, 0]]);
      for (const [other, value] of own) if (other !== node) add(to, group[other] ?? 0, value);
      const gain = (target: number) => (to.get(target) ?? 0) - ((sum[target] ?? 0) * mine) / total;
      let best = from;
      for (const target of to.keys()) if (gain(target) > gain(best) + 1e-9) best = target;
      sum[best] = (sum[best] ?? 0) + mine;
      group[node] = best;
      moved ||= best !== from;
    });
  }
  return group;
}

/** The graph of groups. */
function merged(links: Map<number, number>[], group: number[], groups: number): Map<number, number>[] {
  const result: Map<number, number>[] = Array.from({ length: groups }, () => new Map());
  links.forEach((own, node) => {
    for (const [other, value] of own) add(result[group[node] ?? 0], group[other] ?? 0, value);
  });
  return result;
}
