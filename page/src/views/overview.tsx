import { useMemo } from "preact/hooks";
import { type Entry, label, moduleOf } from "../data/model.ts";
import { count, seen, words } from "../data/text.ts";
import type { DeclaredObject } from "../data/types.ts";
import { At, Badge, More, Name, Said, Scroll, Section, Sql, TableLink } from "../ui/bits.tsx";
import { href } from "../ui/route.ts";
import { useShared } from "../ui/settings.ts";

/** The schema at a glance. */
export function OverviewView() {
  const { model } = useShared();
  const { meta, document } = model;
  const current = model.entries.filter((entry) => entry.mark !== "dropped");
  const partial = current.filter((entry) => entry.table.status !== "exact").length;
  const unresolved = document.unresolved?.length ?? 0;
  const busiest = useMemo(
    () =>
      [...current]
        .sort((a, b) => b.referredBy.length - a.referredBy.length)
        .filter((entry) => entry.referredBy.length)
        .slice(0, 12),
    [model],
  );
  return (
    <>
      <header class="title">
        <h1>
          <Name text={meta.title} />
        </h1>
        <p class="sub">
          {meta.head && (
            <>
              <Name text={meta.head} /> ·{" "}
            </>
          )}
          {document.sqlalchemy && <>SQLAlchemy {document.sqlalchemy.version}</>}
        </p>
        <p class="lead">
          {count(current.length, "table")}, {count(model.columns, "column")}.{" "}
          {partial || unresolved ? (
            <a href={href("doubts")}>
              {[partial && `${count(partial, "table")} partial`, unresolved && `${unresolved} unresolved`]
                .filter(Boolean)
                .join(", ")}
            </a>
          ) : (
            "All of them are exact."
          )}
        </p>
      </header>
      <Modules entries={current} />
      {busiest.length > 0 && (
        <Section title="Most referred to">
          <ul class="referrers">
            {busiest.map((entry) => (
              <li key={entry.id}>
                <TableLink entry={entry} /> <span class="aside">by {entry.referredBy.length}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Objects />
      {document.types?.length ? (
        <Section title="Named types" note={document.types.length}>
          <More
            items={document.types}
            list="referrers"
            render={(type, i) => (
              <li key={i}>
                <Name text={type.name} />{" "}
                <span class="aside">
                  {type.kind} {(type.values ?? []).map(seen).join(", ")}
                </span>
              </li>
            )}
          />
        </Section>
      ) : null}
    </>
  );
}

/** Views, functions, triggers and sequences, with their SQL. */
function Objects() {
  const { document } = useShared().model;
  const kind = (name: string, all: DeclaredObject[] = []) => all.map((one) => ({ ...one, kind: one.kind ?? name }));
  const all = [...kind("view", document.views), ...kind("object", document.objects), ...kind("sequence", document.sequences)];
  if (all.length === 0) return null;
  return (
    <Section title="Views and other objects" note={all.length}>
      <More
        items={all}
        first={40}
        render={(one, i) => (
          <li key={i} class="change">
            <p>
              <span class="aside">{words(one.kind)}</span> <Name text={label(one)} strong />{" "}
              {one.status !== "exact" && <Badge kind="doubt">partial</Badge>} <At place={one.place} />
              {one.table && (
                <span class="aside">
                  {" "}
                  of <Name text={one.table} />
                </span>
              )}
            </p>
            {one.sql && (
              <details>
                <summary class="aside">SQL</summary>
                <Sql text={one.sql} />
              </details>
            )}
          </li>
        )}
      />
    </Section>
  );
}

/** Tables by module, the largest first. */
function Modules({ entries }: { entries: Entry[] }) {
  const modules = useMemo(() => {
    const groups = new Map<string, Entry[]>();
    for (const entry of entries) {
      const name = entry.table.schema ? `${entry.table.schema} · ${moduleOf(entry)}` : moduleOf(entry);
      const group = groups.get(name);
      if (group) group.push(entry);
      else groups.set(name, [entry]);
    }
    return [...groups].sort((a, b) => b[1].length - a[1].length);
  }, [entries]);
  return (
    <Section title="By module" note={modules.length}>
      <More
        items={modules}
        first={24}
        list="modules"
        render={([name, group]) => (
          <li key={name}>
            <h3>
              <Name text={name} /> <span class="aside">{group.length}</span>
            </h3>
            <p class="cloud">
              {group.slice(0, 14).map((entry) => (
                <TableLink key={entry.id} entry={entry} />
              ))}
              {group.length > 14 && <span class="aside">and {group.length - 14} more</span>}
            </p>
          </li>
        )}
      />
    </Section>
  );
}

/** What is not certain about the schema, and what would help. */
export function DoubtsView() {
  const { model } = useShared();
  const { unresolved = [], needs = [], diagnostics = [] } = model.document;
  const reasons = useMemo(() => {
    const groups = new Map<string, { message: string; hint?: string; entries: Set<Entry> }>();
    for (const entry of model.entries) {
      const own = [...(entry.table.reasons ?? []), ...(entry.table.columns ?? []).flatMap((column) => column.reasons ?? [])];
      for (const { message, hint } of own) {
        const group = groups.get(message) ?? { message, hint, entries: new Set<Entry>() };
        group.entries.add(entry);
        groups.set(message, group);
      }
    }
    return [...groups.values()].sort((a, b) => b.entries.size - a.entries.size);
  }, [model]);
  return (
    <>
      <header class="title">
        <h1>Certainty</h1>
        <p class="sub">What the schema depends on that is absent, and what no run produced.</p>
      </header>
      {reasons.length + unresolved.length === 0 && <p class="lead">Everything is exact.</p>}
      {needs.length > 0 && (
        <Section title="What would help">
          <ul>
            {needs.map((need) => (
              <li key={need.import}>
                The package of{" "}
                <code>
                  <Name text={need.import} />
                </code>
                {need.requirement && (
                  <>
                    {" "}
                    (<code>{seen(need.requirement)}</code>)
                  </>
                )}{" "}
                {need.tables ? <span class="aside">{count(need.tables, "table")}</span> : null}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {unresolved.length > 0 && (
        <Section title="Unresolved" note={unresolved.length}>
          <More
            items={unresolved}
            render={(one, i) => (
              <li key={i}>
                <Name text={one.name} strong /> <At place={one.place} />
                <p class="sub">
                  <Said text={one.reason.message} />
                </p>
              </li>
            )}
          />
        </Section>
      )}
      {reasons.length > 0 && (
        <Section title="Partial" note={count(reasons.length, "reason")}>
          <More
            items={reasons}
            first={40}
            render={(group) => (
              <li key={group.message} class="group">
                <p>
                  <Said text={group.message} />
                </p>
                {group.hint && (
                  <p class="hint">
                    <Said text={group.hint} />
                  </p>
                )}
                <p class="cloud">
                  {[...group.entries].slice(0, 12).map((entry) => (
                    <TableLink key={entry.id} entry={entry} />
                  ))}
                  {group.entries.size > 12 && <span class="aside">and {group.entries.size - 12} more</span>}
                </p>
              </li>
            )}
          />
        </Section>
      )}
      {diagnostics.length > 0 && (
        <Section title="Diagnostics" note={diagnostics.length}>
          <Scroll label="Diagnostics">
            <table class="grid">
              <thead>
                <tr>
                  <th scope="col">Severity</th>
                  <th scope="col">Message</th>
                  <th scope="col">Place</th>
                </tr>
              </thead>
              <tbody>
                {diagnostics.slice(0, 300).map((one, i) => (
                  <tr key={i}>
                    <td>{one.severity}</td>
                    <td>
                      <Said text={one.message} />
                    </td>
                    <td>
                      <At place={one.place} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </Section>
      )}
    </>
  );
}
