import { useEffect, useMemo, useState } from "preact/hooks";
import { constraintsOf, defaultsOf, typeOf } from "../data/describe.ts";
import { columnsOf, type Entry, type Reference } from "../data/model.ts";
import { count, seen } from "../data/text.ts";
import { type Column, DATABASES, type Reason } from "../data/types.ts";
import { At, Badge, Code, Glyph, Name, Prose, Reasons, Said, Scroll, Section, TableLink } from "../ui/bits.tsx";
import { href } from "../ui/route.ts";
import { useShared } from "../ui/settings.ts";
import { ChangeRow, ImpactList, SideBySide } from "./change.tsx";
import { FindingCard } from "./finding.tsx";
import { LineageSection } from "./lineage.tsx";
import { Neighbours } from "./neighbours.tsx";

/** Everything about a table. */
export function TableView({ entry, column }: { entry: Entry; column?: string }) {
  const { table } = entry;
  return (
    <>
      <Head entry={entry} />
      {entry.findings.length > 0 && (
        <Section title="Findings of this change" note={entry.findings.length}>
          {entry.findings.map((finding, i) => (
            <FindingCard key={i} finding={finding} open />
          ))}
        </Section>
      )}
      {entry.changes.length > 0 && <Changes entry={entry} />}
      <Columns entry={entry} column={column} />
      <Constraints entry={entry} />
      <References entry={entry} />
      {entry.refersTo.length + entry.referredBy.length > 0 && (
        <Section title="Neighbours" note={<a href={href("diagram", entry.key)}>open large</a>}>
          <Neighbours starts={[entry]} label={`Neighbours of ${seen(entry.key)}`} />
        </Section>
      )}
      <LineageSection entry={entry} column={column} />
      <Classes entry={entry} />
      {table.reasons?.length ? (
        <Section title="Why it is not exact">
          <Reasons reasons={table.reasons} />
        </Section>
      ) : null}
    </>
  );
}

function Head({ entry }: { entry: Entry }) {
  const { table } = entry;
  const columns = columnsOf(table);
  const facts = [
    count(columns.length, "column"),
    entry.refersTo.length && `refers to ${entry.refersTo.length}`,
    entry.referredBy.length && `referred to by ${entry.referredBy.length}`,
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <header class="title">
      <h1>
        <Glyph mark={entry.mark} />
        <Name text={entry.key} /> {table.status !== "exact" && <Badge kind="doubt">partial</Badge>}
        {entry.mark && <Badge kind={entry.mark}>{entry.mark}</Badge>}
      </h1>
      <p class="sub">
        {table.class && (
          <>
            <code>
              <Name text={table.class} />
            </code>{" "}
            ·{" "}
          </>
        )}
        <At place={table.place} side={entry.mark === "dropped" ? "base" : "head"} />
        {table.place && " · "}
        {facts}
        {entry.owners.length > 0 && <> · owned by {entry.owners.map(seen).join(", ")}</>}
      </p>
      <Doubt reasons={table.reasons} />
      {table.comment && (
        <p class="comment">
          <Prose text={table.comment} />
        </p>
      )}
    </header>
  );
}

/** The first reason why a table is not exact; all of them are at the end. */
function Doubt({ reasons = [] }: { reasons?: Reason[] }) {
  const [first] = reasons;
  if (!first) return null;
  return (
    <p class="doubt">
      <Said text={first.message} />
      {reasons.length > 1 && <span class="aside"> and {count(reasons.length - 1, "other reason")}, below</span>}
    </p>
  );
}

function Changes({ entry }: { entry: Entry }) {
  const affecting = entry.impacts.filter((impact) => impact.affected.some((one) => one.verdict !== "not_affected"));
  return (
    <Section title="What changed" note={count(entry.changes.length, "change")}>
      <ul class="plain">
        {entry.changes.map((change, i) => (
          <ChangeRow key={i} change={change} />
        ))}
      </ul>
      {entry.base && <SideBySide entry={entry} />}
      {affecting.length > 0 && <h3>Downstream readers</h3>}
      {affecting.map((impact, i) => (
        <ImpactList key={i} impact={impact} />
      ))}
    </Section>
  );
}

function Columns({ entry, column }: { entry: Entry; column?: string }) {
  const { settings, change } = useShared();
  const columns = columnsOf(entry.table);
  const hasComments = columns.some((one) => one.comment);
  const references = useMemo(() => {
    const result = new Map<string, Reference[]>();
    for (const reference of entry.refersTo)
      for (const name of reference.columns) result.set(name, [...(result.get(name) ?? []), reference]);
    return result;
  }, [entry]);
  return (
    <section>
      <div class="row">
        <h2>
          Columns <span class="aside">{columns.length}</span>
        </h2>
        <label class="choice">
          <span>Types of</span>
          <select
            value={settings.database}
            onChange={(event) => change({ database: event.currentTarget.value as typeof settings.database })}
          >
            {DATABASES.map((database) => (
              <option key={database}>{database}</option>
            ))}
          </select>
        </label>
      </div>
      <Scroll label="Columns">
        <table class="grid columns">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">Details</span>
              </th>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Null</th>
              <th scope="col">Default</th>
              <th scope="col">Refers to</th>
              {hasComments && <th scope="col">Comment</th>}
            </tr>
          </thead>
          {columns.map((one) => (
            <ColumnRows
              key={`${entry.id} ${one.name}`}
              entry={entry}
              column={one}
              references={references.get(one.name) ?? []}
              chosen={one.name === column}
              hasComments={hasComments}
            />
          ))}
        </table>
      </Scroll>
    </section>
  );
}

function ColumnRows({
  entry,
  column,
  references,
  chosen,
  hasComments,
}: {
  entry: Entry;
  column: Column;
  references: Reference[];
  chosen: boolean;
  hasComments: boolean;
}) {
  const { settings } = useShared();
  const [open, setOpen] = useState(false);
  const isPrimary = entry.table.primary_key?.columns?.includes(column.name) ?? column.primary_key;
  const row = useChosen(chosen);
  return (
    <tbody class={chosen ? "chosen" : undefined} ref={row}>
      <tr>
        <td class="fold">
          <button
            type="button"
            class="quiet"
            aria-expanded={open}
            aria-label={`Details of ${seen(column.name)}`}
            onClick={() => setOpen(!open)}
          >
            {open ? "▾" : "▸"}
          </button>
        </td>
        <th scope="row">
          <Name text={column.name} />
          {isPrimary && (
            <span class="key" title="primary key">
              PK
            </span>
          )}
          {references.length > 0 && (
            <span class="key" title="foreign key">
              FK
            </span>
          )}
          {column.status !== "exact" && (
            <span class="dot" role="img" aria-label="partial" title={seen(column.reasons?.[0]?.message ?? "partial")} />
          )}
        </th>
        <td>
          <Code text={typeOf(column, settings.database)} />
        </td>
        <td class="null">{column.nullable ? "null" : <span class="aside">not null</span>}</td>
        <td>
          {defaultsOf(column).map((one, i) => (
            <span key={i} class="default">
              <Code text={one.text} />
              {one.by.startsWith("Python") && <span class="aside"> {one.by}</span>}
            </span>
          ))}
        </td>
        <td>
          {references.map((reference, i) => (
            <Target key={i} reference={reference} column={column.name} />
          ))}
        </td>
        {hasComments && <td class="comment">{column.comment && <Prose text={column.comment} />}</td>}
      </tr>
      {open && (
        <tr class="details">
          <td />
          <td colSpan={hasComments ? 6 : 5}>
            <Details column={column} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** Scrolls to a row when it is chosen. */
function useChosen(chosen: boolean) {
  const [element, set] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (chosen) element?.scrollIntoView({ block: "center" });
  }, [chosen, element]);
  return set;
}

function Target({ reference, column }: { reference: Reference; column: string }) {
  const target = reference.targets[reference.columns.indexOf(column)];
  const { ondelete } = reference.key;
  return (
    <span class="default">
      <TableLink entry={reference.to} column={target} />
      {ondelete && <span class="aside"> on delete {seen(ondelete.toLowerCase())}</span>}
    </span>
  );
}

/** What a column is in each database, and in the code. */
function Details({ column }: { column: Column }) {
  const types = DATABASES.map((database) => [database, typeOf(column, database)] as const);
  const facts: [string, string | undefined][] = [
    ["in Python", column.type.repr],
    ["attribute", column.attribute],
    ["key", column.key],
    ["enum", column.type.enum_name],
    ["values", column.type.enum_values?.join(", ")],
    ["on update", column.onupdate?.text],
    ["on update in the database", column.server_onupdate],
    ...Object.entries(column.options ?? {}).map(([name, value]): [string, string] => [name, value]),
  ];
  return (
    <>
      <dl class="facts">
        {types.map(([database, type]) => (
          <div key={database}>
            <dt>{database}</dt>
            <dd>
              <code>{seen(type)}</code>
            </dd>
          </div>
        ))}
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{seen(name)}</dt>
              <dd>{seen(value ?? "")}</dd>
            </div>
          ))}
        {column.place && (
          <div>
            <dt>declared</dt>
            <dd>
              <At place={column.place} />
            </dd>
          </div>
        )}
      </dl>
      {column.reasons?.length ? <Reasons reasons={column.reasons} /> : null}
    </>
  );
}

function Constraints({ entry }: { entry: Entry }) {
  const { settings } = useShared();
  const all = constraintsOf(entry.table, settings.database);
  if (all.length === 0)
    return (
      <Section title="Keys, constraints, indexes">
        <p class="aside">None. The table has no primary key.</p>
      </Section>
    );
  return (
    <Section title="Keys, constraints, indexes" note={all.length}>
      <Scroll label="Keys, constraints, indexes">
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Over</th>
              <th scope="col">Name</th>
            </tr>
          </thead>
          <tbody>
            {all.map((one, i) => (
              <tr key={i}>
                <td>
                  {one.kind}
                  {one.dialects?.length ? <span class="aside"> {one.dialects.join(", ")}</span> : null}
                </td>
                <td>
                  <Code text={one.text} />
                </td>
                <td>{one.name ? <Name text={one.name} /> : <span class="aside">unnamed</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}

function References({ entry }: { entry: Entry }) {
  if (entry.referredBy.length === 0) return null;
  return (
    <Section title="Referred to by" note={entry.referredBy.length}>
      <ul class="referrers">
        {entry.referredBy.map(({ from, columns, key }, i) => (
          <li key={i}>
            <Glyph mark={from.mark} />
            <TableLink entry={from} column={columns.length === 1 ? columns[0] : undefined} />
            {columns.length > 1 && <span> ({columns.map(seen).join(", ")})</span>}
            {key.ondelete && <span class="aside"> on delete {seen(key.ondelete.toLowerCase())}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Classes({ entry }: { entry: Entry }) {
  const classes = entry.classes.filter(
    (one) => one.relationships?.length || one.properties?.length || one.inheritance || one.name !== entry.table.class,
  );
  if (classes.length === 0) return null;
  return (
    <Section title="In the code">
      {classes.map((one) => (
        <details key={one.name} open={classes.length === 1 && (one.relationships?.length ?? 0) < 12}>
          <summary>
            <code>
              <Name text={one.name} />
            </code>
          </summary>
          <p>
            <At place={one.place} />
          </p>
          {one.inheritance && (
            <p class="sub">
              {one.inheritance.kind} inheritance from{" "}
              <code>
                <Name text={one.inheritance.base} />
              </code>
            </p>
          )}
          <dl class="facts">
            {(one.relationships ?? []).map((relationship) => (
              <div key={relationship.name}>
                <dt>
                  <Name text={relationship.name} />
                </dt>
                <dd>
                  {relationship.direction?.replaceAll("_", " ")}{" "}
                  <code>
                    <Name text={relationship.target} />
                  </code>
                  {relationship.secondary && (
                    <>
                      {" "}
                      through <Name text={relationship.secondary} />
                    </>
                  )}
                </dd>
              </div>
            ))}
            {(one.properties ?? []).map((property) => (
              <div key={property.name}>
                <dt>
                  <Name text={property.name} />
                </dt>
                <dd>
                  {property.kind.replaceAll("_", " ")} {property.text && <code>{seen(property.text)}</code>}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </Section>
  );
}
