import { useMemo } from "preact/hooks";
import { type Measure, measures } from "../data/hygiene.ts";
import { More, Said, Scroll, TableLink } from "../ui/bits.tsx";
import { useShared } from "../ui/settings.ts";

/** What could be better about the schema, whatever changed. */
export function HygieneView() {
  const { model } = useShared();
  const all = useMemo(() => measures(model), [model]);
  return (
    <>
      <header class="title">
        <h1>Hygiene</h1>
        <p class="sub">What could be better, computed from what the code declares. None of it fails anything.</p>
      </header>
      <Scroll label="Measures">
        <table class="grid measures">
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col" class="number">
                Found
              </th>
              <th scope="col" class="number">
                Of
              </th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {all.map((measure) => (
              <Summary key={measure.code} measure={measure} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {all
        .filter((measure) => measure.items.length > 0)
        .map((measure) => (
          <Items key={measure.code} measure={measure} />
        ))}
    </>
  );
}

function Summary({ measure }: { measure: Measure }) {
  const share = measure.of ? measure.items.length / measure.of : 0;
  const jump = (event: Event) => {
    event.preventDefault();
    const target = document.getElementById(measure.code) as HTMLDetailsElement | null;
    if (!target) return;
    target.open = true;
    target.querySelector("summary")?.focus();
    target.scrollIntoView();
  };
  return (
    <tr>
      <th scope="row">
        {measure.items.length > 0 ? (
          <a href={`#${measure.code}`} onClick={jump}>
            {measure.title}
          </a>
        ) : (
          measure.title
        )}
      </th>
      <td class="number">{measure.items.length.toLocaleString("en")}</td>
      <td class="number">
        {measure.of.toLocaleString("en")} {measure.things}
      </td>
      <td>
        <meter value={share} min={0} max={1} aria-label={`${measure.title}: ${Math.round(share * 100)} %`} />{" "}
        {Math.round(share * 100)} %
      </td>
    </tr>
  );
}

function Items({ measure }: { measure: Measure }) {
  return (
    <details id={measure.code} class="measure">
      <summary>
        {measure.title} <span class="aside">{measure.items.length.toLocaleString("en")}</span>
      </summary>
      <p class="sub">{measure.why}</p>
      <More
        items={measure.items}
        first={60}
        list="referrers"
        render={({ entry, text, column }, i) => (
          <li key={i}>
            <TableLink entry={entry} column={column} />
            {text && (
              <span class="aside">
                {" "}
                <Said text={text} />
              </span>
            )}
          </li>
        )}
      />
    </details>
  );
}
