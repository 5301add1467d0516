import type {
  Affected,
  Change,
  ChangeImpact,
  Check,
  Column,
  Document,
  Finding,
  ForeignKey,
  Lineage,
  MappedClass,
  Meta,
  Part,
  Path,
  Side,
  Table,
} from "./types.ts";
import { pacer } from "./read.ts";

/** A foreign key between two tables of the page. */
export interface Reference {
  from: Entry;
  to: Entry;
  columns: string[];
  targets: string[];
  key: ForeignKey;
  /** A row may refer to nothing; at most one row refers to a target. */
  optional: boolean;
  single: boolean;
}

export type Mark = "added" | "dropped" | "changed" | "doubtful";

/** A table of the page, with all that concerns it. */
export interface Entry {
  /** The position in `Model.entries`. */
  id: number;
  /** The name with its schema, and with its `MetaData` where another table has that name; unique. */
  key: string;
  /** The table of the head, or of the base if the head has none. */
  table: Table;
  /** The table of the base, if it differs. */
  base?: Table;
  mark?: Mark;
  refersTo: Reference[];
  referredBy: Reference[];
  classes: MappedClass[];
  changes: Change[];
  findings: Finding[];
  impacts: ChangeImpact[];
  owners: string[];
}

/** Everything that the page shows. */
export interface Model {
  meta: Meta;
  document: Document;
  check?: Check;
  lineage?: Lineage;
  /** Sorted by key. */
  entries: Entry[];
  byKey: Map<string, Entry>;
  columns: number;
}

/** What was read so far. */
interface Collected {
  meta: Meta;
  document: Document;
  tables: Record<Side, Table[]>;
  classes: MappedClass[];
  check?: Check;
  lineage?: Lineage;
}

/** Collects parts, and builds the model of them. */
export class Collector {
  private readonly collected: Collected = {
    meta: { title: "Schema" },
    document: {},
    tables: { base: [], head: [] },
    classes: [],
  };

  take(part: Part): void {
    const { collected } = this;
    const side = part.side ?? "head";
    switch (part.kind) {
      case "meta":
        collected.meta = part.data as Meta;
        break;
      case "document":
        if (side === "head") collected.document = part.data as Document;
        break;
      case "tables":
        for (const table of part.data as Table[]) collected.tables[side].push(table);
        break;
      case "classes":
        if (side === "head") for (const one of part.data as MappedClass[]) collected.classes.push(one);
        break;
      case "check":
        collected.check = part.data as Check;
        break;
      case "lineage":
        collected.lineage = part.data as Lineage;
        break;
      default:
        break;
    }
  }

  /** Builds the model, with pauses. */
  build(): Promise<Model> {
    return build(this.collected);
  }
}

/** The name of a table with its schema. */
export function label(table: { schema?: string | null; name: string }): string {
  return table.schema ? `${table.schema}.${table.name}` : table.name;
}

async function build(collected: Collected): Promise<Model> {
  const { meta, document, check, lineage } = collected;
  const breathe = pacer();
  const entries = entriesOf(collected);
  const model: Model = {
    meta,
    document,
    check,
    lineage,
    entries,
    byKey: new Map(entries.map((entry) => [entry.key, entry])),
    columns: 0,
  };
  const find = finder(entries);
  for (const entry of entries) {
    addReferences(entry, find);
    entry.owners = ownersOf(entry, meta);
    if (entry.mark !== "dropped") model.columns += columnsOf(entry.table).length;
    await breathe();
  }
  addClasses(entries, collected.classes, find);
  await breathe();
  addChanges(model, find);
  return model;
}

/** The tables of both sides, each once. */
function entriesOf({ tables, check }: Collected): Entry[] {
  const known = new Map<string, Entry>();
  const identity = (table: Table) => JSON.stringify([table.metadata, table.schema ?? "", table.name]);
  const entries = tables.head.map((table) => entryOf(table));
  for (const entry of entries) known.set(identity(entry.table), entry);
  const renamed = renamedTables(check);
  for (const base of tables.base) {
    const metadata = check?.diff.metadata?.[base.metadata] ?? base.metadata;
    const now = { ...base, metadata, ...renamed.get(label(base)) };
    const entry = known.get(identity(now));
    if (entry) entry.base = base;
    else entries.push({ ...entryOf(base), base, mark: "dropped" });
  }
  nameUniquely(entries);
  entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  entries.forEach((entry, id) => {
    entry.id = id;
  });
  return entries;
}

function entryOf(table: Table): Entry {
  return {
    id: 0,
    key: label(table),
    table,
    refersTo: [],
    referredBy: [],
    classes: [],
    changes: [],
    findings: [],
    impacts: [],
    owners: [],
  };
}

/** The new names of renamed tables, by the old ones. */
function renamedTables(check?: Check): Map<string, { schema?: string; name: string }> {
  const renames = (check?.diff.changes ?? []).filter(
    (change) => change.subject === "table" && change.was && ["rename", "move"].includes(change.action),
  );
  return new Map(
    renames.map((change) => [label(change.was as Path), { schema: change.path.schema ?? undefined, name: change.path.name }]),
  );
}

function nameUniquely(entries: Entry[]): void {
  const counts = new Map<string, number>();
  for (const { key } of entries) counts.set(key, (counts.get(key) ?? 0) + 1);
  const taken = new Set<string>();
  for (const entry of entries) {
    if ((counts.get(entry.key) ?? 0) > 1) entry.key = `${entry.key} (${entry.table.metadata})`;
    for (let number = 2; taken.has(entry.key); number++)
      entry.key = `${label(entry.table)} (${entry.table.metadata} ${number})`;
    taken.add(entry.key);
  }
}

type Find = (name: string, metadata?: string | null) => Entry | undefined;

/** Finds a table by its name with its schema, in its `MetaData` if several have it. */
function finder(entries: Entry[]): Find {
  const byName = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = label(entry.table);
    const same = byName.get(name);
    if (same) same.push(entry);
    else byName.set(name, [entry]);
  }
  return (name, metadata) => {
    const found = byName.get(name);
    return found?.find((entry) => entry.table.metadata === metadata) ?? found?.[0];
  };
}

export function columnsOf(table: Table): Column[] {
  return table.columns ?? [];
}

function addReferences(from: Entry, find: Find): void {
  const columns = new Map(columnsOf(from.table).map((column) => [column.name, column]));
  for (const key of from.table.foreign_keys ?? []) {
    const targets = (key.targets ?? []).map(split);
    const to = targets[0] && find(targets[0][0], from.table.metadata);
    if (!to) continue;
    const own = key.columns ?? [];
    const reference: Reference = {
      from,
      to,
      key,
      columns: own,
      targets: targets.map(([, column]) => column),
      optional: own.some((name) => columns.get(name)?.nullable),
      single: isUnique(from.table, own),
    };
    from.refersTo.push(reference);
    to.referredBy.push(reference);
  }
}

/** `schema.table.column` as `schema.table` and `column`. */
export function split(target: string): [string, string] {
  const dot = target.lastIndexOf(".");
  return dot < 0 ? [target, ""] : [target.slice(0, dot), target.slice(dot + 1)];
}

/** Whether these columns have no value twice. */
function isUnique(table: Table, columns: string[]): boolean {
  const sets = [table.primary_key, ...(table.unique ?? []), ...(table.indexes ?? []).filter((index) => index.unique)];
  return sets.some((set) => {
    const own = set?.columns ?? [];
    return own.length > 0 && own.every((name) => columns.includes(name));
  });
}

function addClasses(entries: Entry[], classes: MappedClass[], find: Find): void {
  const byClass = new Map<string, Entry>();
  for (const entry of entries) if (entry.table.class) byClass.set(entry.table.class, entry);
  for (const one of classes) {
    const names = one.tables ?? [];
    const found = new Set(names.map((name) => byClass.get(one.name) ?? find(name)).filter((entry) => entry !== undefined));
    for (const entry of found) entry.classes.push(one);
  }
}

function addChanges(model: Model, find: Find): void {
  const { check } = model;
  if (!check) return;
  const entryAt = (path?: Path | null) => (path ? find(label(path), path.metadata) : undefined);
  const owners = check.diff.changes.map((change) => entryAt(change.path) ?? entryAt(change.was));
  check.diff.changes.forEach((change, i) => owners[i]?.changes.push(change));
  for (const finding of check.findings) {
    const { index, path } = finding.change;
    const entry = (typeof index === "number" ? owners[index] : undefined) ?? entryAt(path);
    entry?.findings.push(finding);
  }
  for (const impact of check.impact?.changes ?? []) owners[impact.change]?.impacts.push(impact);
  for (const entry of model.entries) entry.mark = markOf(entry) ?? entry.mark;
}

/** What became of a table. */
function markOf(entry: Entry): Mark | undefined {
  const real = entry.changes.filter((change) => change.effect !== "information");
  const whole = real.find((change) => change.subject === "table");
  if (whole?.action === "add") return "added";
  if (whole?.action === "drop") return "dropped";
  if (whole && (whole.action === "missing" || whole.action === "unseen")) return "doubtful";
  return real.length > 0 ? "changed" : undefined;
}

/** The effects of an entry's changes on readers. */
export function effectsOf(entry: Entry): { impact: ChangeImpact; affected: Affected }[] {
  return entry.impacts.flatMap((impact) => impact.affected.map((affected) => ({ impact, affected })));
}

function ownersOf(entry: Entry, meta: Meta): string[] {
  return (entry.table.place && meta.owners?.[entry.table.place.path]) || [];
}

/** The module of the class that declares a table, or its file. */
export function moduleOf(entry: Entry): string {
  const [module] = (entry.table.class ?? "").split(":");
  return module || entry.table.place?.path || entry.table.metadata;
}

/** The address of a line at the hosting service. */
export function linkTo(place: { path: string; line: number }, template?: string): string | undefined {
  if (!template || !/^https?:\/\//.test(template)) return undefined;
  const path = place.path.split("/").map(encodeURIComponent).join("/");
  return template.replaceAll("{path}", () => path).replaceAll("{line}", () => String(Math.max(place.line, 1)));
}
