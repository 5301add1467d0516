import { useMemo, useState } from "preact/hooks";
import { Diagram } from "../diagram/diagram.tsx";
import { neighbourhood, type Shown } from "../diagram/graph.ts";
import { layered } from "../diagram/layout.ts";
import type { ColourBy } from "../diagram/palette.ts";
import type { Entry } from "../data/model.ts";
import { count, seen } from "../data/text.ts";
import { Choice } from "../ui/bits.tsx";
import { useShared } from "../ui/settings.ts";

export const SHOWN = [
  ["none", "names only"],
  ["keys", "keys"],
  ["all", "all columns"],
] as const;
export const COLOURS = [
  ["change", "change"],
  ["certainty", "certainty"],
  ["none", "nothing"],
] as const;

/** The colours that say something about this schema. */
export function useColour(): [ColourBy, (by: ColourBy) => void] {
  const { model } = useShared();
  return useState<ColourBy>(model.check ? "change" : "certainty");
}

/** So many tables can be read at once. */
const READABLE = 30;

/** The largest depth up to the one wanted at which the diagram can be read. */
function readableDepth(starts: Entry[], wanted: number): number {
  const fits = (depth: number) => neighbourhood(starts, depth, READABLE + 1).entries.length <= READABLE;
  for (let depth = wanted; depth > 1; depth--) if (fits(depth)) return depth;
  return Math.min(wanted, 1);
}

/** Tables with their neighbours, as far as the reader wants. */
export function Neighbours({
  starts,
  large,
  depth: wanted = 1,
  most,
  label,
}: {
  starts: Entry[];
  large?: boolean;
  depth?: number;
  /** So many tables at most. */
  most?: number;
  label: string;
}) {
  const [depth, setDepth] = useState(() => readableDepth(starts, wanted));
  const [shown, setShown] = useState<Shown>("keys");
  const [by, setBy] = useColour();
  const ids = starts.map((entry) => entry.id).join();
  const { layout, found } = useMemo(() => {
    const near = neighbourhood(starts, depth, most);
    return { layout: layered(near.entries, shown), found: near };
  }, [ids, depth, shown]);
  const left = found.left > 0 ? `; ${count(found.left, "more", "more")} at this depth not drawn` : "";
  return (
    <div class={large ? "fill" : ""}>
      <Diagram
        layout={layout}
        by={by}
        focus={starts.length === 1 ? starts : []}
        label={label}
        file={`${starts[0]?.key ?? "schema"}-neighbours`}
        wheel={large}
        controls={
          <>
            <label class="choice">
              <span>Depth {depth}</span>
              <input
                type="range"
                min={0}
                max={5}
                step={1}
                value={depth}
                aria-label="Depth"
                onInput={(event) => setDepth(Number(event.currentTarget.value))}
              />
            </label>
            <Choice label="Columns" value={shown} options={SHOWN} onChange={setShown} />
            <Choice label="Colour by" value={by} options={COLOURS} onChange={setBy} />
          </>
        }
      />
      <p class="aside" role="status">
        {count(found.entries.length, "table")}
        {left}. {seen(large ? "" : "Ctrl and the wheel scale the diagram.")}
      </p>
    </div>
  );
}
