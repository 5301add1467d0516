// The parts of Belljar's JSON documents that the page shows (`belljar json-schema`). What is null, empty or false in the
// tables of a document is left out of the page, so all of that is optional here.

export interface Place {
  path: string;
  line: number;
}
export interface Reason {
  code: string;
  message: string;
  hint?: string;
  package?: string;
}
export type Status = "exact" | "partial";

/** The databases for which a document has types. */
export const DATABASES = ["postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"] as const;
export type Database = (typeof DATABASES)[number];

export type ColumnType = {
  class: string;
  module: string;
  repr: string;
  enum_name?: string;
  enum_values?: string[];
} & Partial<Record<Database, string>>;

export interface Default {
  kind: string;
  text: string;
}

export interface Column {
  name: string;
  key?: string;
  attribute?: string;
  status: Status;
  reasons?: Reason[];
  place?: Place;
  type: ColumnType;
  nullable?: boolean;
  primary_key?: boolean;
  server_default?: string;
  server_onupdate?: string;
  default?: Default;
  onupdate?: Default;
  computed?: { sql: string; persisted?: boolean };
  identity?: { always?: boolean };
  sequence?: { name: string };
  comment?: string;
  options?: Record<string, string>;
  foreign_keys?: { target: string; ondelete?: string; onupdate?: string }[];
}

interface Named {
  name?: string;
  dialects?: string[];
  options?: Record<string, string>;
}
export interface ColumnSet extends Named {
  columns?: string[];
}
export interface ForeignKey extends Named {
  columns?: string[];
  targets?: string[];
  ondelete?: string;
  onupdate?: string;
  deferrable?: boolean;
  match?: string;
}
export interface Expression extends Named {
  sql: string;
}
export interface Index extends Named {
  columns?: string[];
  elements?: { column?: string; sql: string }[];
  unique?: boolean;
}

export interface Table {
  metadata: string;
  schema?: string;
  name: string;
  status: Status;
  reasons?: Reason[];
  place?: Place;
  class?: string;
  columns?: Column[];
  primary_key?: ColumnSet;
  unique?: ColumnSet[];
  foreign_keys?: ForeignKey[];
  checks?: Expression[];
  excludes?: Expression[];
  indexes?: Index[];
  comment?: string;
  options?: Record<string, string>;
  prefixes?: string[];
}

export interface MappedClass {
  name: string;
  place?: Place;
  tables?: string[];
  inheritance?: { base: string; kind: string; polymorphic_identity?: string };
  relationships?: {
    name: string;
    target: string;
    direction?: string;
    secondary?: string;
    back_populates?: string;
    uselist?: boolean;
  }[];
  properties?: { name: string; kind: string; text?: string }[];
}

export interface Unresolved {
  name: string;
  class?: string;
  place: Place;
  reason: Reason;
}
export interface Diagnostic {
  severity: Severity;
  code: string;
  message: string;
  hint?: string;
  place?: Place;
}
export interface NamedType {
  name: string;
  schema?: string;
  kind: string;
  values?: string[];
  columns?: string[];
  place?: Place;
  status: Status;
}

/** What is declared besides tables: views, functions, triggers, sequences. */
export interface DeclaredObject {
  name: string;
  schema?: string;
  kind?: string;
  sql?: string;
  table?: string;
  place?: Place;
  status: Status;
  reasons?: Reason[];
}

/** A document without its tables and classes. */
export interface Document {
  belljar?: string;
  sqlalchemy?: { version: string; reason: string };
  unresolved?: Unresolved[];
  diagnostics?: Diagnostic[];
  types?: NamedType[];
  views?: DeclaredObject[];
  objects?: DeclaredObject[];
  sequences?: DeclaredObject[];
  needs?: { import: string; requirement?: string; tables?: number }[];
}

export type Severity = "note" | "warning" | "error";
export type Certainty = "certain" | "likely" | "cannot_tell";
export type Verdict = "not_affected" | "changes_silently" | "breaks";
export type Side = "base" | "head";

export interface Path {
  metadata?: string | null;
  schema?: string | null;
  name: string;
  part?: string | null;
}
export interface Note {
  code: string;
  message: string;
  hint?: string | null;
  place?: Place | null;
}

export interface Change {
  code: string;
  subject: string;
  action: string;
  certainty: Certainty;
  effect: string;
  path: Path;
  was?: Path | null;
  aspects: string[];
  before?: unknown;
  after?: unknown;
  base?: Place | null;
  head?: Place | null;
  notes?: Note[];
}

export interface Advice {
  text: string;
  sql?: string | null;
  dialects?: string[];
}

export interface Finding {
  code: string;
  name: string;
  category: string;
  severity: Severity;
  certainty: Certainty;
  message: string;
  fails?: boolean;
  side?: Side;
  place?: Place | null;
  change: { code: string; index?: number | null; path: Path };
  recipe?: Advice[];
  notes?: Note[];
  dialects?: string[];
  also?: { code: string; name: string; message: string; severity: Severity }[];
}

export interface Owner {
  name: string;
  email?: string | null;
  kind: string;
}
export interface Step {
  dataset: string;
  label: string;
  kind?: string | null;
  place?: Place | null;
  star?: boolean;
}
export interface Affected {
  dataset: string;
  name: string;
  column?: string | null;
  kind: string;
  system: string;
  verdict: Verdict;
  certainty: Certainty;
  code: string;
  message: string;
  owners: Owner[];
  way: Step[];
  place?: Place | null;
  doubts?: string[];
}
export interface ChangeImpact {
  change: number;
  code: string;
  path: string;
  becomes?: string | null;
  verdict: Verdict;
  certainty: Certainty;
  affected: Affected[];
}
export interface Impact {
  changes: ChangeImpact[];
  notify: { owner: Owner; verdict: Verdict; datasets: string[] }[];
  summary: { breaks: number; changes_silently: number; datasets: number; unknowns: number };
}

export interface Diff {
  changes: Change[];
  metadata?: Record<string, string>;
  base?: { tables: number; partial: number; unresolved: number };
  head?: { tables: number; partial: number; unresolved: number };
}
export interface Check {
  passed: boolean;
  compared?: boolean;
  diff: Diff;
  findings: Finding[];
  impact?: Impact | null;
  problems?: Diagnostic[];
  silenced?: { reason: string; comment: Place; item: Finding }[];
  summary: { errors: number; warnings: number; notes: number; failing: number; silenced: number };
}

export interface Dataset {
  id: string;
  name: string;
  kind: string;
  system: string;
  owners?: Owner[];
  certainty: Certainty;
  place?: Place | null;
  columns?: { name: string }[];
}
export interface End {
  dataset: string;
  column?: string | null;
}
export interface Lineage {
  datasets?: Dataset[];
  edges?: { from: End; to: End; kind: string; certainty: Certainty; star?: boolean }[];
}

/** What the host says about the page itself. */
export interface Meta {
  title: string;
  belljar?: string;
  base?: string;
  head?: string;
  /** The address of a line of the head's files, with `{path}` and `{line}`; and of the base's. */
  link?: string;
  base_link?: string;
  /** Owners by path, from CODEOWNERS. */
  owners?: Record<string, string[]>;
}

/** A part of the data: itself, or packed as base64 of zlib. */
export interface Part {
  kind: "meta" | "document" | "tables" | "classes" | "check" | "diff" | "lineage";
  side?: Side;
  data: unknown;
}
export interface PageData {
  format: string;
  encoding: "plain" | "deflate";
  parts: Part[];
}
