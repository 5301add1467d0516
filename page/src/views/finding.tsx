import { At, Badge, CertaintyBadge, Notes, Prose, SeverityBadge, Sql, TableLink } from "../ui/bits.tsx";
import type { Entry } from "../data/model.ts";
import type { Finding } from "../data/types.ts";

/** A danger, with what to do instead. */
export function FindingCard({ finding, entry }: { finding: Finding; entry?: Entry }) {
  const { recipe = [], also = [] } = finding;
  return (
    <article class={`finding ${finding.severity}`}>
      <header>
        <SeverityBadge severity={finding.severity} />
        <CertaintyBadge certainty={finding.certainty} />
        <span class="rule"><code class="code">{finding.code}</code> {finding.name}</span>
        {finding.fails && <Badge kind="plain">fails the check</Badge>}
        {finding.dialects?.length ? <span class="aside">{finding.dialects.join(", ")}</span> : null}
      </header>
      <p class="message"><Prose text={finding.message} /></p>
      <p class="sub">{entry && <TableLink entry={entry} />} <At place={finding.place} /></p>
      {recipe.length > 0 && (
        <details open>
          <summary>What to do instead</summary>
          <ol class="recipe">
            {recipe.map((advice, i) => (
              <li key={i}><Prose text={advice.text} />{advice.sql && <Sql text={advice.sql} />}</li>
            ))}
          </ol>
        </details>
      )}
      <Notes notes={finding.notes} />
      {also.length > 0 && (
        <ul class="notes">{also.map((one) => <li key={one.code}><code class="code">{one.code}</code> <Prose text={one.message} /></li>)}</ul>
      )}
    </article>
  );
}
