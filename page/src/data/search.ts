import MiniSearch, { type SearchOptions, type SearchResult } from "minisearch";
import { columnsOf, type Entry, type Model, moduleOf } from "./model.ts";
import { pacer } from "./read.ts";

const FIELDS = ["name", "columns", "class", "types", "comments", "files", "owners"] as const;
export type Field = (typeof FIELDS)[number];

/** How much a hit counts, by what it was found in. */
const BOOST: Record<Field, number> = { name: 8, columns: 3, class: 3, types: 1, comments: 1.2, files: 1, owners: 2 };

/** A table that was found, and where in it. */
export interface Hit {
  entry: Entry;
  /** Names of columns that match, the best first. */
  columns: string[];
  /** What else matched: the fields besides name and columns. */
  fields: Field[];
}

/** The words of a text: parts of names, and names as a whole. */
export function terms(text: string): string[] {
  const result = new Set<string>();
  for (const name of text.split(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}_]+/u)) {
    if (!name) continue;
    result.add(name.toLowerCase());
    for (const part of name.split(/_+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u)) if (part) result.add(part.toLowerCase());
  }
  return [...result];
}

/** What is indexed of a table. */
function fieldsOf(entry: Entry): Record<Field, string> & { id: number } {
  const { table } = entry;
  const columns = columnsOf(table);
  const distinct = (values: (string | undefined)[]) => [...new Set(values.filter(Boolean))].join(" ");
  return {
    id: entry.id,
    name: entry.key,
    columns: columns.map((column) => column.name).join(" "),
    class: `${table.class ?? ""} ${entry.classes.map((one) => one.name).join(" ")}`,
    types: distinct(columns.flatMap(({ type }) => [type.postgresql, type.class, type.enum_name, ...(type.enum_values ?? [])])),
    comments: distinct([table.comment, ...columns.map((column) => column.comment)]),
    files: distinct([table.place?.path, moduleOf(entry)]),
    owners: distinct(entry.owners),
  };
}

/** An index that is filled while the page is in use. */
export class Search {
  private readonly index = new MiniSearch({
    fields: [...FIELDS],
    tokenize: terms,
    processTerm: (term) => term,
    searchOptions: { boost: BOOST, prefix: (term) => term.length > 1, fuzzy: fuzziness, maxFuzzy: 2, combineWith: "AND" },
  });
  complete = false;

  constructor(private readonly model: Model) {}

  /** Adds all tables, with pauses. */
  async fill(): Promise<void> {
    const breathe = pacer();
    for (const entry of this.model.entries) {
      this.index.add(fieldsOf(entry));
      await breathe();
    }
    this.complete = true;
  }

  /** The best tables for a query: with all of its words as they are, else with typing errors, else with some of their parts. */
  find(query: string, most = 40): Hit[] {
    const wanted = query.trim();
    if (!wanted) return [];
    const [names, parts] = [{ tokenize: whole }, { tokenize: terms }];
    const tries: SearchOptions[] = [{ ...names, fuzzy: false }, names, parts, { ...parts, combineWith: "OR" }];
    let found: SearchResult[] = [];
    for (const options of tries) if (found.length === 0) found = this.index.search(wanted, options);
    return this.ranked(found, wanted)
      .slice(0, most)
      .map((result) => this.hit(result));
  }

  /** Exact names come first, then names that begin so, then the rest by score. */
  private ranked(found: SearchResult[], wanted: string): SearchResult[] {
    const lower = wanted.toLowerCase();
    const rank = (result: SearchResult) => {
      const name = this.model.entries[result.id as number]?.table.name.toLowerCase() ?? "";
      return name === lower ? 2 : name.startsWith(lower) ? 1 : 0;
    };
    const best = found.slice(0, 200).map((result) => ({ result, rank: rank(result) }));
    return best.sort((a, b) => b.rank - a.rank || b.result.score - a.result.score).map(({ result }) => result);
  }

  private hit(result: SearchResult): Hit {
    const entry = this.model.entries[result.id as number] as Entry;
    const inColumns = Object.keys(result.match).filter((term) => result.match[term]?.includes("columns"));
    const all = columnsOf(entry.table).map((column) => column.name);
    const columns = all.filter((name) => terms(name).some((term) => inColumns.includes(term)));
    const fields = new Set(Object.values(result.match).flat() as Field[]);
    return { entry, columns, fields: FIELDS.filter((field) => fields.has(field) && field !== "name" && field !== "columns") };
  }
}

/** Short words have to be right; the longer the word, the more letters may differ. */
function fuzziness(term: string): number | false {
  return term.length < 4 || /^\d+$/.test(term) ? false : term.length < 5 ? 1 : 2;
}

/** The words of a query: names with underscores as a whole, others as in the index. */
function whole(query: string): string[] {
  const words = query
    .toLowerCase()
    .split(/[\s.]+/)
    .filter(Boolean);
  return words.flatMap((word) => (word.includes("_") ? [word] : terms(word)));
}
