import type { Certainty, Dataset, End, Lineage } from "./types.ts";
import { type Entry, label } from "./model.ts";

/** One step of lineage, with the steps after it. */
export interface Branch {
  dataset: Dataset;
  column?: string;
  kind: string;
  certainty: Certainty;
  /** The columns of the dataset before it that lead here. */
  by: string[];
  next: Branch[];
  /** It is shown elsewhere in the tree with what comes after it. */
  again: boolean;
}

type Direction = "up" | "down";
type Edge = NonNullable<Lineage["edges"]>[number];

/** The lineage of the page, ready to be walked. */
export class Walker {
  private readonly datasets: Map<string, Dataset>;
  private readonly out = new Map<string, Edge[]>();
  private readonly into = new Map<string, Edge[]>();
  private readonly tables = new Map<string, Dataset>();

  constructor(lineage: Lineage) {
    this.datasets = new Map((lineage.datasets ?? []).map((dataset) => [dataset.id, dataset]));
    for (const edge of lineage.edges ?? []) {
      if (edge.kind === "key") continue; // foreign keys are shown as such
      push(this.out, edge.from.dataset, edge);
      push(this.into, edge.to.dataset, edge);
    }
    for (const dataset of this.datasets.values())
      if (dataset.kind === "application_table") this.tables.set(dataset.name, dataset);
  }

  /** The dataset that is this table. */
  datasetOf(entry: Entry): Dataset | undefined {
    return this.tables.get(label(entry.table)) ?? this.tables.get(entry.table.name);
  }

  /** What reads a dataset, or one of its columns, directly and through others; or what it reads. */
  walk(from: Dataset, column: string | undefined, direction: Direction): Branch[] {
    const start = { dataset: from.id, column };
    return this.step(start, direction, new Set([JSON.stringify(start)]), 0);
  }

  private step(at: End, direction: Direction, shown: Set<string>, depth: number): Branch[] {
    const [edges, end, near] =
      direction === "down" ? ([this.out, "to", "from"] as const) : ([this.into, "from", "to"] as const);
    const groups = new Map<string, Edge[]>();
    for (const edge of edges.get(at.dataset) ?? []) {
      if (edge[end].dataset === at.dataset || (at.column && edge[near].column && edge[near].column !== at.column)) continue;
      const key = at.column ? JSON.stringify([edge[end].dataset, edge[end].column]) : edge[end].dataset;
      push(groups, key, edge);
    }
    const branches: Branch[] = [];
    for (const group of groups.values()) {
      const [first] = group;
      const dataset = first && this.datasets.get(first[end].dataset);
      if (!first || !dataset) continue;
      const next = { dataset: dataset.id, column: at.column ? (first[end].column ?? undefined) : undefined };
      const key = JSON.stringify(next);
      const again = shown.has(key) || depth > 30;
      shown.add(key);
      branches.push({
        dataset,
        column: next.column,
        kind: first.kind,
        certainty: best(group.map((edge) => edge.certainty)),
        by: [...new Set(group.map((edge) => edge[near].column).filter((name): name is string => Boolean(name)))],
        next: again ? [] : this.step(next, direction, shown, depth + 1),
        again,
      });
    }
    return branches.sort((a, b) => (a.dataset.name < b.dataset.name ? -1 : 1));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

/** Of several ways, the best known. */
function best(certainties: Certainty[]): Certainty {
  return certainties.includes("certain") ? "certain" : certainties.includes("likely") ? "likely" : "cannot_tell";
}
