import { useMemo, useState } from "preact/hooks";
import type { Branch } from "../data/lineage.ts";
import { columnsOf, type Entry } from "../data/model.ts";
import { seen, words } from "../data/text.ts";
import { At, CertaintyBadge, Name, Section } from "../ui/bits.tsx";
import { useShared } from "../ui/settings.ts";

/** What reads a table, and what it reads: as a whole, or column by column. */
export function LineageSection({ entry, column: first }: { entry: Entry; column?: string }) {
  const { walker } = useShared();
  const [column, setColumn] = useState(first ?? "");
  const dataset = walker?.datasetOf(entry);
  const { up, down } = useMemo(() => {
    if (!walker || !dataset) return { up: [], down: [] };
    const wanted = column || undefined;
    return { up: walker.walk(dataset, wanted, "up"), down: walker.walk(dataset, wanted, "down") };
  }, [walker, dataset, column]);
  if (!walker || !dataset) return null;
  return (
    <Section title="Lineage">
      <label class="choice">
        <span>Column</span>
        <select value={column} onChange={(event) => setColumn(event.currentTarget.value)}>
          <option value="">all</option>
          {columnsOf(entry.table).map((one) => (
            <option key={one.name} value={one.name}>
              {seen(one.name)}
            </option>
          ))}
        </select>
      </label>
      {up.length > 0 && (
        <>
          <h3>Reads</h3>
          <Branches branches={up} />
        </>
      )}
      <h3>Read by</h3>
      {down.length > 0 ? <Branches branches={down} /> : <p class="aside">Nothing that the artefacts name.</p>}
    </Section>
  );
}

function Branches({ branches }: { branches: Branch[] }) {
  return (
    <ul class="branches">
      {branches.map((branch, i) => (
        <BranchRow key={i} branch={branch} />
      ))}
    </ul>
  );
}

function BranchRow({ branch }: { branch: Branch }) {
  const { dataset } = branch;
  return (
    <li>
      <p>
        <Name text={branch.column ? `${dataset.name}.${branch.column}` : dataset.name} strong />{" "}
        <span class="aside">
          {dataset.system} {words(dataset.kind)}, {words(branch.kind)}
          {!branch.column &&
            branch.by.length > 0 &&
            ` of ${branch.by.slice(0, 6).map(seen).join(", ")}${branch.by.length > 6 ? "…" : ""}`}
        </span>{" "}
        <CertaintyBadge certainty={branch.certainty} />
        {dataset.owners?.length ? (
          <span class="aside"> owned by {dataset.owners.map((owner) => seen(owner.name)).join(", ")}</span>
        ) : null}{" "}
        <At place={dataset.place} />
        {branch.again && <span class="aside"> (as above)</span>}
      </p>
      {branch.next.length > 0 && <Branches branches={branch.next} />}
    </li>
  );
}
