import { columnsOf, type Entry, type Model } from "./model.ts";

/** One question about the schema, and the tables or columns to which the answer is no. */
export interface Measure {
  code: string;
  title: string;
  /** Why it matters, in one sentence. */
  why: string;
  /** Of how many things, and what they are. */
  of: number;
  things: string;
  items: { entry: Entry; text?: string; column?: string }[];
}

/** From so many columns on a table is wide. */
const WIDE = 40;

/** All measures, over the tables that exist now. */
export function measures(model: Model): Measure[] {
  const entries = model.entries.filter((entry) => entry.mark !== "dropped");
  return [
    withoutComment(entries),
    columnsWithoutComment(entries),
    withoutKey(entries),
    withoutIndex(entries),
    alone(entries),
    wide(entries),
    cycles(entries),
    odd(entries),
    inDoubt(entries),
  ];
}

function withoutComment(entries: Entry[]): Measure {
  return {
    code: "table-comment",
    title: "Tables without comment",
    things: "tables",
    of: entries.length,
    why: "A comment is in the database too, where people look who do not read the code.",
    items: entries.filter((entry) => !entry.table.comment).map((entry) => ({ entry })),
  };
}

function columnsWithoutComment(entries: Entry[]): Measure {
  const items = entries.flatMap((entry) => {
    const columns = columnsOf(entry.table);
    const without = columns.filter((column) => !column.comment).length;
    return without ? [{ entry, text: `${without} of ${columns.length}`, without }] : [];
  });
  return {
    code: "column-comment",
    title: "Tables with columns without comment",
    things: "tables",
    of: entries.length,
    why: "Names that are clear to their author seldom are to the readers of a warehouse.",
    items: items.sort((a, b) => b.without - a.without),
  };
}

function withoutKey(entries: Entry[]): Measure {
  return {
    code: "no-key",
    title: "Tables without primary key",
    things: "tables",
    of: entries.length,
    why: "Logical replication and change data capture need one, and duplicate rows can't be told apart.",
    items: entries.filter((entry) => !entry.table.primary_key?.columns?.length).map((entry) => ({ entry })),
  };
}

/** Whether an index, a key or a unique constraint begins with these columns, in any order. */
function isIndexed(entry: Entry, columns: string[]): boolean {
  const { primary_key, unique = [], indexes = [] } = entry.table;
  return [primary_key, ...unique, ...indexes].some((set) => {
    const first = (set?.columns ?? []).slice(0, columns.length);
    return first.length === columns.length && first.every((name) => columns.includes(name));
  });
}

function withoutIndex(entries: Entry[]): Measure {
  const all = entries.flatMap((entry) => entry.refersTo.map((reference) => ({ entry, reference })));
  const items = all
    .filter(({ entry, reference }) => !isIndexed(entry, reference.columns))
    .map(({ entry, reference }) => ({
      entry,
      text: `(${reference.columns.join(", ")}) → ${reference.to.key}`,
      column: reference.columns[0],
    }));
  return {
    code: "unindexed",
    title: "Foreign keys without index",
    things: "foreign keys",
    of: all.length,
    items,
    why: "Deleting a row that is referred to reads the whole table. MySQL and MariaDB create the index themselves.",
  };
}

function alone(entries: Entry[]): Measure {
  return {
    code: "orphan",
    title: "Tables without any foreign key, in or out",
    things: "tables",
    of: entries.length,
    why: "They may be fine (a log, a setting); or the database doesn't know what they belong to.",
    items: entries.filter((entry) => !entry.refersTo.length && !entry.referredBy.length).map((entry) => ({ entry })),
  };
}

function wide(entries: Entry[]): Measure {
  const items = entries
    .map((entry) => ({ entry, number: columnsOf(entry.table).length }))
    .filter(({ number }) => number >= WIDE);
  return {
    code: "wide",
    title: `Tables with ${WIDE} columns or more`,
    things: "tables",
    of: entries.length,
    why: "A wide table often is several, and each update writes all of it.",
    items: items.sort((a, b) => b.number - a.number).map(({ entry, number }) => ({ entry, text: `${number} columns` })),
  };
}

/** Circles of foreign keys between several tables: the groups in which each table is reached from each other. */
export function circles(entries: Entry[]): Entry[][] {
  const order = new Map<Entry, number>();
  const low = new Map<Entry, number>();
  const open: Entry[] = [];
  const isOpen = new Set<Entry>();
  const found: Entry[][] = [];
  const enter = (entry: Entry) => {
    order.set(entry, order.size);
    low.set(entry, order.size - 1);
    open.push(entry);
    isOpen.add(entry);
  };
  const lower = (entry: Entry, value: number) => low.set(entry, Math.min(low.get(entry) ?? value, value));
  const leave = (entry: Entry) => {
    if (low.get(entry) !== order.get(entry)) return;
    const group = open.splice(open.lastIndexOf(entry));
    for (const member of group) isOpen.delete(member);
    if (group.length > 1) found.push(group);
  };
  for (const start of entries) {
    if (order.has(start)) continue;
    enter(start);
    const stack = [{ entry: start, next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const to = top.entry.refersTo[top.next++]?.to;
      if (!to) {
        leave(top.entry);
        stack.pop();
        const above = stack.at(-1);
        if (above) lower(above.entry, low.get(top.entry) ?? 0);
      } else if (!order.has(to)) {
        enter(to);
        stack.push({ entry: to, next: 0 });
      } else if (isOpen.has(to)) lower(top.entry, order.get(to) ?? 0);
    }
  }
  return found;
}

function cycles(entries: Entry[]): Measure {
  const groups = circles(entries);
  const items = groups.flatMap((group) =>
    group.map((entry) => ({
      entry,
      text: `with ${group
        .filter((other) => other !== entry)
        .slice(0, 4)
        .map((other) => other.key)
        .join(", ")}`,
    })),
  );
  return {
    code: "cycle",
    title: "Tables in circles of foreign keys",
    things: "tables",
    of: entries.length,
    items,
    why: "Rows can't be inserted, deleted or restored in an order that satisfies all constraints at all times.",
  };
}

type Style = "snake" | "camel" | "upper" | "other";

function styleOf(name: string): Style {
  if (/^[a-z][a-z0-9]*(_[a-z0-9]+)*_?$/.test(name)) return "snake";
  if (/^[a-zA-Z][a-z0-9]*([A-Z][a-z0-9]*)*$/.test(name) && /[a-z]/.test(name)) return "camel";
  return /^[A-Z][A-Z0-9_]*$/.test(name) ? "upper" : "other";
}

/** Names in another style than most: of tables, and of columns. */
function odd(entries: Entry[]): Measure {
  const tables = entries.map((entry) => ({ entry, name: entry.table.name, column: undefined as string | undefined }));
  const columns = entries.flatMap((entry) =>
    columnsOf(entry.table).map(({ name }) => ({ entry, name, column: name as string | undefined })),
  );
  const items = [tables, columns].flatMap((names) => {
    const counts = new Map<Style, number>();
    for (const { name } of names) counts.set(styleOf(name), (counts.get(styleOf(name)) ?? 0) + 1);
    const usual = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
    return names.filter(({ name }) => styleOf(name) !== usual);
  });
  return {
    code: "naming",
    title: "Names in another style than most",
    things: "names",
    of: tables.length + columns.length,
    why: "Names with capital letters have to be quoted in SQL, in PostgreSQL as in Snowflake.",
    items: items.map(({ entry, column }) => ({ entry, text: column && `column ${column}`, column })),
  };
}

function inDoubt(entries: Entry[]): Measure {
  return {
    code: "partial",
    title: "Tables that are not exact",
    things: "tables",
    of: entries.length,
    why: "Something that is absent contributed to them; their pages say what, and what to do.",
    items: entries
      .filter((entry) => entry.table.status !== "exact")
      .map((entry) => ({ entry, text: entry.table.reasons?.[0]?.message })),
  };
}
