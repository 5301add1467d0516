import {
  type Change,
  type Column,
  type ColumnSet,
  type Database,
  DATABASES,
  type Expression,
  type ForeignKey,
  type Index,
  type Table,
} from "./types.ts";
import { columnsOf } from "./model.ts";

/** The type of a column in a database; where it has none there, what the code says. */
export function typeOf(column: Pick<Column, "type">, database: Database): string {
  const { type } = column;
  const found = database === "mariadb" ? (type.mariadb ?? type.mysql) : type[database];
  return found ?? type.repr ?? type.class;
}

/** What a column gets without a value: from the database, and from the code. */
export function defaultsOf(column: Column): { text: string; by: string }[] {
  const { server_default, default: own, computed, identity, sequence } = column;
  const result: { text: string; by: string }[] = [];
  if (server_default != null) result.push({ text: server_default, by: "database" });
  if (computed) result.push({ text: `(${computed.sql})${computed.persisted ? " stored" : ""}`, by: "computed" });
  if (identity) result.push({ text: `identity ${identity.always ? "always" : "by default"}`, by: "database" });
  if (sequence) result.push({ text: `sequence ${sequence.name}`, by: "database" });
  if (own) result.push({ text: own.text, by: own.kind === "callable" ? "Python, called" : "Python" });
  return result;
}

/** A column in one line. */
export function columnLine(column: Column, database: Database): string {
  const [first] = defaultsOf(column);
  return [
    typeOf(column, database),
    column.nullable ? "null" : "not null",
    first && !first.by.startsWith("Python") && `default ${first.text}`,
  ]
    .filter(Boolean)
    .join(" ");
}

const list = (names?: string[] | null) => `(${(names ?? []).join(", ")})`;

export function foreignKeyLine(key: ForeignKey): string {
  const { columns, targets, ondelete, onupdate, deferrable } = key;
  return [
    `${list(columns)} → ${(targets ?? []).join(", ")}`,
    ondelete && `on delete ${ondelete.toLowerCase()}`,
    onupdate && `on update ${onupdate.toLowerCase()}`,
    deferrable && "deferrable",
  ]
    .filter(Boolean)
    .join(" ");
}

/** Whether an option is of another database than this. */
function isOfAnother(name: string, database: Database): boolean {
  return DATABASES.some((other) => other !== database && new RegExp(`(^|\\W)${other}(_|\\W|$)`).test(name));
}

/** What an index is over, columns or expressions, and its options in a database. */
export function indexLine(index: Index, database: Database): string {
  const { elements, columns = [], options = {} } = index;
  const over = elements?.map((element, i) => options[`element ${i}:${database}`] ?? element.sql) ?? columns;
  const other = Object.entries(options).filter(([name]) => !isOfAnother(name, database) && !name.startsWith("element "));
  return [list(over), ...other.map(([name, value]) => `${name}=${value}`)].join(" ");
}

/** A key, a constraint or an index of a table. */
export interface Constraint {
  kind: string;
  name?: string;
  text: string;
  dialects?: string[];
}

/** All keys, constraints and indexes, in the order of their weight. */
export function constraintsOf(table: Table, database: Database): Constraint[] {
  const set =
    (kind: string) =>
    (one: ColumnSet): Constraint => ({ kind, name: one.name, text: list(one.columns), dialects: one.dialects });
  const sql =
    (kind: string) =>
    (one: Expression): Constraint => ({ kind, name: one.name, text: one.sql, dialects: one.dialects });
  return [
    ...(table.primary_key?.columns?.length ? [set("primary key")(table.primary_key)] : []),
    ...(table.foreign_keys ?? []).map((one) => ({
      kind: "foreign key",
      name: one.name,
      text: foreignKeyLine(one),
      dialects: one.dialects,
    })),
    ...(table.unique ?? []).map(set("unique")),
    ...(table.checks ?? []).map(sql("check")),
    ...(table.excludes ?? []).map(sql("exclude")),
    ...(table.indexes ?? []).map((one) => ({
      kind: one.unique ? "unique index" : "index",
      name: one.name,
      text: indexLine(one, database),
      dialects: one.dialects,
    })),
  ];
}

type Value = Record<string, unknown>;

/** A value of a change in one line. */
export function valueLine(value: unknown, database: Database): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  const [[kind, inner] = ["", undefined]] = Object.entries(value as Value);
  const writers: Record<string, (inner: never) => string> = {
    text: String,
    flag: String,
    list: (names: string[]) => names.join(", "),
    table: (table: Table) => `${columnsOf(table).length} columns`,
    column: (column: Column) => columnLine(column, database),
    column_type: (type: Column["type"]) => typeOf({ type }, database),
    default: (one: { text: string }) => one.text,
    computed: (one: { sql: string }) => one.sql,
    identity: () => "identity",
    primary_key: (one: ColumnSet) => list(one.columns),
    unique: (one: ColumnSet) => list(one.columns),
    foreign_key: foreignKeyLine,
    check: (one: Expression) => one.sql,
    exclude: (one: Expression) => one.sql,
    index: (one: Index) => indexLine(one, database),
    view: (one: { sql?: string; name: string }) => one.sql ?? one.name,
    type: (one: { name: string; values?: string[] }) => `${one.name} ${list(one.values)}`,
  };
  const writer = writers[kind];
  const named = inner as { name?: string; text?: string; sql?: string } | null;
  return writer ? writer(inner as never) : (named?.name ?? named?.text ?? named?.sql ?? JSON.stringify(inner));
}

const VERBS: Record<string, string> = {
  add: "added",
  drop: "dropped",
  rename: "renamed",
  move: "moved",
  modify: "changed",
  missing: "not seen in the head",
  unseen: "not seen in the base",
};

/** What happened, in words. */
export function changeTitle(change: Change): { subject: string; name: string; verb: string } {
  const subject = change.subject.replaceAll("_", " ");
  const aspects =
    change.action === "modify" && change.aspects.length ? `: ${change.aspects.join(", ").replaceAll("_", " ")}` : "";
  const whole = ["table", "view", "sequence", "type", "class", "object"].includes(change.subject);
  return {
    subject,
    name: whole ? change.path.name : (change.path.part ?? ""),
    verb: `${VERBS[change.action] ?? change.action}${aspects}`,
  };
}
