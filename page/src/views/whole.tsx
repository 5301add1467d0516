import { useEffect, useState } from "preact/hooks";
import { Diagram } from "../diagram/diagram.tsx";
import { bestGrouping, clusters, type Grouping, type Shown } from "../diagram/graph.ts";
import { clustered, type Layout } from "../diagram/layout.ts";
import { count } from "../data/text.ts";
import { Choice, NotFound } from "../ui/bits.tsx";
import { href } from "../ui/route.ts";
import { useShared } from "../ui/settings.ts";
import { COLOURS, Neighbours, SHOWN, useColour } from "./neighbours.tsx";

const GROUPINGS = [
  ["schema", "schema"],
  ["module", "module"],
  ["links", "foreign keys"],
] as const;

/** The diagram of all tables, or of one and its neighbours. */
export function DiagramView({ name }: { name?: string }) {
  const { model } = useShared();
  const entry = name === undefined ? undefined : model.byKey.get(name);
  if (name !== undefined && !entry) return <NotFound name={name} />;
  if (!entry) return <Whole />;
  return (
    <div class="full">
      <h1 class="unseen">Neighbours of {entry.key}</h1>
      <p class="crumbs">
        <a href={href("diagram")}>All tables</a> /{" "}
        <a href={href("table", entry.key)}>
          <bdi>{entry.key}</bdi>
        </a>
      </p>
      <Neighbours starts={[entry]} depth={2} large label={`Neighbours of ${entry.key}`} />
    </div>
  );
}

/** With so few tables their keys can be read too. */
const FEW = 30;

function Whole() {
  const { model } = useShared();
  const [grouping, setGrouping] = useState<Grouping>(() => bestGrouping(model));
  const [shown, setShown] = useState<Shown>(model.entries.length <= FEW ? "keys" : "none");
  const [by, setBy] = useColour();
  const [layout, setLayout] = useState<Layout>();
  const [done, setDone] = useState(0);
  useEffect(() => {
    let isWanted = true;
    setLayout(undefined);
    const goesOn = (share: number) => {
      if (isWanted) setDone(share);
      return isWanted;
    };
    void clustered(clusters(model, grouping), shown, goesOn).then((made) => made && setLayout(made));
    return () => {
      isWanted = false;
    };
  }, [model, grouping, shown]);
  const controls = (
    <>
      <Choice label="Group by" value={grouping} options={GROUPINGS} onChange={setGrouping} />
      <Choice label="Columns" value={shown} options={SHOWN} onChange={setShown} />
      <Choice label="Colour by" value={by} options={COLOURS} onChange={setBy} />
    </>
  );
  return (
    <div class="full">
      <h1 class="unseen">Diagram</h1>
      {layout ? (
        <div class="fill">
          <Diagram layout={layout} by={by} label="Diagram of all tables" file="schema" wheel controls={controls} />
        </div>
      ) : (
        <p class="boot">
          Drawing {count(model.entries.length, "table")}: {Math.round(100 * done)} %
        </p>
      )}
    </div>
  );
}
