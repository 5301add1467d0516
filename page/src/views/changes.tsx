import { effectsOf, type Entry, type Model } from "../data/model.ts";
import { count, seen } from "../data/text.ts";
import type { Check, Finding, Impact } from "../data/types.ts";
import { Badge, Glyph, More, Name, Prose, Said, Scroll, Section, TableLink, VerdictBadge } from "../ui/bits.tsx";
import { useShared } from "../ui/settings.ts";
import { ChangeRow, ImpactList } from "./change.tsx";
import { FindingCard } from "./finding.tsx";
import { Neighbours } from "./neighbours.tsx";

/** So many tables are in the diagram of a change. */
const DRAWN = 24;

/** What changed: the findings first, then the readers affected, then everything. */
export function ChangesView() {
  const { model } = useShared();
  const { check } = model;
  if (!check)
    return (
      <>
        <h1>Changes</h1>
        <p>This report is of one side. With two, `belljar report BASE HEAD` shows what changed.</p>
      </>
    );
  const changed = model.entries.filter((entry) => entry.changes.length > 0);
  const marked = changed.filter((entry) => entry.mark).slice(0, DRAWN);
  return (
    <>
      <Head check={check} changed={changed} />
      {check.findings.length > 0 && (
        <Section title="Findings" note={check.findings.length}>
          <Findings findings={check.findings} model={model} />
        </Section>
      )}
      {check.impact && <Downstream impact={check.impact} />}
      {marked.length > 0 && (
        <Section title="Diagram">
          <Neighbours starts={marked} depth={1} most={DRAWN} label="The changed tables and their neighbours" />
        </Section>
      )}
      <Section title="All changes" note={count(changed.length, "table")}>
        <More items={changed} first={40} list="groups" render={(entry) => <Group key={entry.id} entry={entry} />} />
        <Elsewhere check={check} changed={changed} />
      </Section>
      {check.silenced?.length ? (
        <Section title="Silenced" note={check.silenced.length}>
          <ul>
            {check.silenced.map(({ item, reason }, i) => (
              <li key={i}>
                <code class="code">{item.code}</code> <Said text={item.message} /> — <Prose text={reason} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

function Head({ check, changed }: { check: Check; changed: Entry[] }) {
  const { meta } = useShared().model;
  const { summary } = check;
  const parts = [
    summary.errors && count(summary.errors, "error"),
    summary.warnings && count(summary.warnings, "warning"),
    summary.notes && count(summary.notes, "note"),
  ].filter(Boolean);
  return (
    <header class="title">
      <h1>Changes</h1>
      <p class="sub">
        <Name text={meta.base ?? "base"} /> → <Name text={meta.head ?? "head"} />
      </p>
      <p class="lead">
        <Badge kind={check.passed ? "ok" : "error"}>{check.passed ? "passes" : "fails"}</Badge>{" "}
        {parts.length ? `${parts.join(", ")}; ` : "No findings; "}
        {count(check.diff.changes.length, "change")} in {count(changed.length, "table")}.
      </p>
    </header>
  );
}

function Findings({ findings, model }: { findings: Finding[]; model: Model }) {
  const owners = new Map<Finding, Entry>();
  for (const entry of model.entries) for (const finding of entry.findings) owners.set(finding, entry);
  return (
    <More
      items={findings}
      first={30}
      list="plain"
      render={(finding, i) => (
        <li key={i}>
          <FindingCard finding={finding} entry={owners.get(finding)} />
        </li>
      )}
    />
  );
}

/** What breaks, by which way, and the owners to notify. */
function Downstream({ impact }: { impact: Impact }) {
  const affecting = impact.changes.filter((change) => change.affected.some((one) => one.verdict !== "not_affected"));
  const { summary } = impact;
  return (
    <Section
      title="Downstream"
      note={`${summary.breaks} break, ${summary.changes_silently} change silently, of ${count(summary.datasets, "dataset")}`}
    >
      {impact.notify.length > 0 && (
        <Scroll label="Owners to notify">
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">Owner</th>
                <th scope="col">Effect</th>
                <th scope="col">Datasets</th>
              </tr>
            </thead>
            <tbody>
              {impact.notify.map((one) => (
                <tr key={one.owner.name}>
                  <th scope="row">
                    <Name text={one.owner.name} />
                    {one.owner.email && one.owner.email !== one.owner.name && (
                      <span class="aside"> {seen(one.owner.email)}</span>
                    )}
                  </th>
                  <td>
                    <VerdictBadge verdict={one.verdict} />
                  </td>
                  <td>{one.datasets.map(seen).join(", ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <More
        items={affecting}
        first={30}
        list="plain"
        render={(change, i) => (
          <li key={i}>
            <ImpactList impact={change} />
          </li>
        )}
      />
      {affecting.length === 0 && <p>No reader is affected.</p>}
    </Section>
  );
}

function Group({ entry }: { entry: Entry }) {
  const effects = effectsOf(entry).filter(({ affected }) => affected.verdict !== "not_affected").length;
  return (
    <li class="group">
      <h3>
        <Glyph mark={entry.mark} /> <TableLink entry={entry} />
        {effects > 0 && <span class="aside"> affects {count(effects, "reader")}</span>}
      </h3>
      <More items={entry.changes} first={30} list="plain" render={(change, i) => <ChangeRow key={i} change={change} />} />
    </li>
  );
}

/** Changes of what belongs to no table: types, sequences, views, classes. */
function Elsewhere({ check, changed }: { check: Check; changed: Entry[] }) {
  const inTables = new Set(changed.flatMap((entry) => entry.changes));
  const rest = check.diff.changes.filter((change) => !inTables.has(change));
  if (rest.length === 0) return null;
  return (
    <div class="group">
      <h3>Types, views, classes and others</h3>
      <More items={rest} list="plain" render={(change, i) => <ChangeRow key={i} change={change} />} />
    </div>
  );
}
