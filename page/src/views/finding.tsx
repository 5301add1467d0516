import { At, Badge, CertaintyBadge, Notes, Said, SeverityBadge, Sql, TableLink } from "../ui/bits.tsx";
import type { Entry } from "../data/model.ts";
import type { Finding } from "../data/types.ts";

/** A danger, with what to do instead. */
export function FindingCard({ finding, entry, open }: { finding: Finding; entry?: Entry; open?: boolean }) {
  const { recipe = [], also = [] } = finding;
  return (
    <article class={`finding ${finding.severity}`}>
      <header>
        <SeverityBadge severity={finding.severity} />
        <CertaintyBadge certainty={finding.certainty} />
        <span class="rule">
          <code class="code">{finding.code}</code> {finding.name}
        </span>
        {finding.fails && <Badge kind="neutral">fails the check</Badge>}
        {finding.dialects?.length ? <span class="aside">{finding.dialects.join(", ")}</span> : null}
      </header>
      <p class="message">
        <Said text={finding.message} />
      </p>
      <p class="sub">
        {entry && <TableLink entry={entry} />} <At place={finding.place} side={finding.side} />
      </p>
      <Notes notes={finding.notes} />
      {recipe.length > 0 && (
        <details open={open}>
          <summary>
            What to do instead <span class="aside">({recipe.length === 1 ? "one step" : `${recipe.length} steps`})</span>
          </summary>
          <ol class="recipe">
            {recipe.map((advice, i) => (
              <li key={i}>
                {advice.dialects?.length ? <Badge kind="neutral">{advice.dialects.join(", ")}</Badge> : null}{" "}
                <Said text={advice.text} />
                {advice.sql && <Sql text={advice.sql} />}
              </li>
            ))}
          </ol>
        </details>
      )}
      {also.length > 0 && (
        <ul class="notes">
          {also.map((one) => (
            <li key={one.code}>
              <code class="code">{one.code}</code> <Said text={one.message} />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}
