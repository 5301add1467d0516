import { changeTitle, constraintsOf, columnLine, valueLine } from "../data/describe.ts";
import { columnsOf, type Entry, type Mark } from "../data/model.ts";
import type { Affected, Change, ChangeImpact, Database, Table } from "../data/types.ts";
import { At, Badge, CertaintyBadge, Glyph, GLYPHS, Name, Notes, Prose, Said, Scroll, VerdictBadge } from "../ui/bits.tsx";
import { seen, words } from "../data/text.ts";
import { useShared } from "../ui/settings.ts";

const KINDS: Record<string, Mark> = {
  add: "added",
  drop: "dropped",
  rename: "changed",
  move: "changed",
  modify: "changed",
  missing: "doubtful",
  unseen: "doubtful",
};

/** One change: what it is, and the values before and after. */
export function ChangeRow({ change }: { change: Change }) {
  const { settings } = useShared();
  const { subject, name, verb } = changeTitle(change);
  const kind = KINDS[change.action] ?? "changed";
  const before = valueLine(change.before, settings.database);
  const after = valueLine(change.after, settings.database);
  const hasValues = (before || after) && before !== after && !["rename", "move"].includes(change.action);
  const old = change.was?.part ?? change.was?.name;
  return (
    <li class="change">
      <p>
        <span class={`glyph ${kind}`} aria-hidden="true">
          {GLYPHS[kind]}
        </span>{" "}
        {subject} <Name text={name} strong /> {verb}
        {old && change.action !== "modify" && (
          <>
            {" "}
            from <Name text={old} />
          </>
        )}{" "}
        <CertaintyBadge certainty={change.certainty} />
        {change.effect === "information" && <Badge kind="neutral">only in the code</Badge>}{" "}
        <At place={change.head ?? change.base} side={change.head ? "head" : "base"} />
      </p>
      {hasValues && (
        <p class="values">
          {before && (
            <del>
              <Prose text={before} />
            </del>
          )}
          {before && after && (
            <span class="aside" aria-hidden="true">
              {" "}
              →{" "}
            </span>
          )}
          {after && (
            <ins>
              <Prose text={after} />
            </ins>
          )}
        </p>
      )}
      <Notes notes={change.notes} />
    </li>
  );
}

interface Line {
  name: string;
  before?: string;
  after?: string;
}

/** The same lines of two tables, beside each other. */
function linesOf(entry: Entry, database: Database): { columns: Line[]; constraints: Line[] } {
  const [base, head] = [entry.base, entry.mark === "dropped" ? undefined : entry.table];
  const renames = new Map(
    entry.changes
      .filter((change) => change.subject === "column" && change.action === "rename" && change.was?.part)
      .map((change) => [change.was?.part as string, change.path.part as string]),
  );
  const columns = new Map<string, Line>();
  for (const column of head ? columnsOf(head) : [])
    columns.set(column.name, { name: column.name, after: columnLine(column, database) });
  for (const column of base ? columnsOf(base) : []) {
    const now = renames.get(column.name);
    const name = now && columns.has(now) ? now : column.name;
    const line = columns.get(name) ?? { name };
    columns.set(name, { ...line, before: `${now ? `${column.name}: ` : ""}${columnLine(column, database)}` });
  }
  return { columns: [...columns.values()], constraints: constraintLines(base, head, database) };
}

function constraintLines(base: Table | undefined, head: Table | undefined, database: Database): Line[] {
  const lines = new Map<string, Line>();
  const keyed = (table?: Table) =>
    (table ? constraintsOf(table, database) : []).map((one) => ({ ...one, key: `${one.kind} ${one.name ?? one.text}` }));
  for (const one of keyed(head)) lines.set(one.key, { name: one.key, after: one.text });
  for (const one of keyed(base)) lines.set(one.key, { ...(lines.get(one.key) ?? { name: one.key }), before: one.text });
  return [...lines.values()].filter((line) => line.before !== line.after);
}

/** A table before and after, side by side. */
export function SideBySide({ entry }: { entry: Entry }) {
  const { settings } = useShared();
  const { columns, constraints } = linesOf(entry, settings.database);
  const changed = columns.filter((line) => line.before !== line.after).length;
  return (
    <details open={changed > 0 && columns.length < 80}>
      <summary>Before and after, side by side</summary>
      <Scroll label="Before and after">
        <table class="grid sides">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {[...columns, ...constraints].map((line) => (
              <SideRow key={line.name} line={line} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

function SideRow({ line }: { line: Line }) {
  const kind =
    line.before === line.after
      ? "same"
      : line.before === undefined
        ? "added"
        : line.after === undefined
          ? "dropped"
          : "changed";
  return (
    <tr class={kind}>
      <th scope="row">
        {kind !== "same" && <Glyph mark={kind} />}
        <Name text={line.name} />
      </th>
      <td>
        {line.before === undefined ? (
          <span class="aside">—</span>
        ) : kind === "same" ? (
          seen(line.before)
        ) : (
          <del>{seen(line.before)}</del>
        )}
      </td>
      <td>
        {line.after === undefined ? (
          <span class="aside">—</span>
        ) : kind === "same" ? (
          seen(line.after)
        ) : (
          <ins>{seen(line.after)}</ins>
        )}
      </td>
    </tr>
  );
}

/** The readers that a change affects, and by which way. */
export function ImpactList({ impact }: { impact: ChangeImpact }) {
  const affected = impact.affected.filter((one) => one.verdict !== "not_affected" || impact.affected.length < 6);
  if (affected.length === 0) return null;
  return (
    <div class="impact">
      <p>
        <Name text={impact.path} strong />
        {impact.becomes && (
          <>
            {" "}
            becomes <Name text={impact.becomes} strong />
          </>
        )}{" "}
        <VerdictBadge verdict={impact.verdict} />
      </p>
      <ul class="plain">
        {affected.map((one, i) => (
          <AffectedRow key={i} affected={one} />
        ))}
      </ul>
    </div>
  );
}

function AffectedRow({ affected }: { affected: Affected }) {
  return (
    <li class="affected">
      <p>
        <VerdictBadge verdict={affected.verdict} />{" "}
        <Name text={affected.column ? `${affected.name}.${affected.column}` : affected.name} strong />{" "}
        <span class="aside">
          {affected.system} {words(affected.kind)}
        </span>{" "}
        <CertaintyBadge certainty={affected.certainty} /> <At place={affected.place} />
      </p>
      <p class="sub">
        <Said text={affected.message} />
      </p>
      {affected.way.length > 1 && (
        <ol class="way" aria-label="By this way">
          {affected.way.map((step, i) => (
            <li key={i}>
              <Name text={step.label} />
            </li>
          ))}
        </ol>
      )}
      {affected.owners.length > 0 && (
        <p class="sub">
          Owners:{" "}
          {affected.owners
            .map((owner) => owner.name + (owner.email && owner.email !== owner.name ? ` (${owner.email})` : ""))
            .map(seen)
            .join(", ")}
        </p>
      )}
    </li>
  );
}
