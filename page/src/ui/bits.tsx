import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Entry, linkTo, type Mark } from "../data/model.ts";
import { prose, seen, words } from "../data/text.ts";
import type { Certainty, Note, Place, Reason, Severity, Side, Verdict } from "../data/types.ts";
import { href } from "./route.ts";
import { useShared } from "./settings.ts";

/** From so many characters on, a name may be broken anywhere. */
const LONG = 60;

/** A name of the schema, in its own direction. It is broken after underscores and dots. */
export function Name({ text, strong }: { text: string; strong?: boolean }) {
  const parts = seen(text).split(/(?<=[_./])(?=[^_./])/);
  const kind = `name${strong ? " strong" : ""}${text.length > LONG ? " long" : ""}`;
  return <bdi class={kind}>{parts.flatMap((part, i) => (i ? [<wbr key={i} />, part] : [part]))}</bdi>;
}

/** Code of the schema: a type, a default, an expression. */
export function Code({ text }: { text: string }) {
  return (
    <code>
      <Name text={text} />
    </code>
  );
}

/** Text of the schema that people wrote. */
export function Prose({ text }: { text: string }) {
  return <bdi class="prose">{prose(text)}</bdi>;
}

/** Text of Belljar, with code between backticks. */
export function Said({ text }: { text: string }) {
  const parts = prose(text).split("`");
  const closed = parts.length % 2 === 1;
  return (
    <bdi class="prose">
      {parts.map((part, i) =>
        closed && i % 2 ? (
          <code key={i} class="inline">
            {part}
          </code>
        ) : (
          part || null
        ),
      )}
    </bdi>
  );
}

export function TableLink({ entry, column }: { entry: Entry; column?: string }) {
  return (
    <a class="table-link" href={href("table", entry.key, { column })}>
      <Name text={column ? `${entry.key}.${column}` : entry.key} />
    </a>
  );
}

/** A file and a line, linked to the hosting service if that is known. */
export function At({ place, side = "head" }: { place?: Place | null; side?: Side }) {
  const { meta } = useShared().model;
  if (!place) return null;
  const text = place.line ? `${place.path}:${place.line}` : place.path;
  const link = linkTo(place, side === "base" ? meta.base_link : meta.link);
  return link ? (
    <a class="place" href={link} rel="noreferrer noopener" target="_blank">
      <Name text={text} />
    </a>
  ) : (
    <span class="place">
      <Name text={text} />
    </span>
  );
}

export const GLYPHS: Record<Mark, string> = { added: "+", dropped: "−", changed: "~", doubtful: "?" };

/** What became of a table, as one character. */
export function Glyph({ mark }: { mark?: Mark }) {
  if (!mark) return null;
  return (
    <span class={`glyph ${mark}`} role="img" aria-label={mark} title={mark}>
      {GLYPHS[mark]}
    </span>
  );
}

export function Badge({ kind, children }: { kind: string; children: ComponentChildren }) {
  return <span class={`badge ${kind}`}>{children}</span>;
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <Badge kind={severity}>{severity}</Badge>;
}

/** How sure something is, where it is not certain. */
export function CertaintyBadge({ certainty }: { certainty: Certainty }) {
  if (certainty === "certain") return null;
  return <Badge kind="doubt">{certainty === "likely" ? "likely" : "undetermined"}</Badge>;
}

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return <Badge kind={{ breaks: "error", changes_silently: "warning", not_affected: "note" }[verdict]}>{words(verdict)}</Badge>;
}

export function Section({
  title,
  id,
  note,
  children,
}: {
  title: string;
  id?: string;
  note?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section id={id}>
      <h2>
        {title}
        {note !== undefined && <span class="aside"> {note}</span>}
      </h2>
      {children}
    </section>
  );
}

/** A table that scrolls by itself where the screen is narrow. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

export function Reasons({ reasons }: { reasons: Reason[] }) {
  return (
    <ul class="reasons">
      {reasons.map((reason) => (
        <li key={reason.code + reason.message}>
          <Said text={reason.message} /> <code class="code">{reason.code}</code>
          {reason.hint && (
            <p class="hint">
              <Said text={reason.hint} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

export function Notes({ notes }: { notes?: Note[] }) {
  if (!notes?.length) return null;
  return (
    <ul class="notes">
      {notes.map((note, i) => (
        <li key={i}>
          <Said text={note.message} /> {note.place && <At place={note.place} />}
          {note.hint && (
            <p class="hint">
              <Said text={note.hint} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** SQL, with a button that copies it. */
export function Sql({ text }: { text: string }) {
  const [copied, set] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set(true);
      setTimeout(() => set(false), 1500);
    } catch {
      // Without permission nothing is copied; the text can be selected.
    }
  };
  return (
    <div class="sql">
      <pre tabIndex={0} aria-label="SQL">
        <code>{prose(text)}</code>
      </pre>
      <button type="button" class="quiet" onClick={copy}>
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}

/** A long list: its first items, and a button for more. */
export function More<T>({
  items,
  first = 50,
  render,
  list,
}: {
  items: T[];
  first?: number;
  render: (item: T, i: number) => ComponentChildren;
  list?: string;
}) {
  const [most, set] = useState(first);
  return (
    <>
      <ul class={list ?? "plain"}>{items.slice(0, most).map(render)}</ul>
      {items.length > most && (
        <button type="button" class="more" onClick={() => set(most + 4 * first)}>
          Show more ({(items.length - most).toLocaleString("en")} left)
        </button>
      )}
    </>
  );
}

/** What stands where a table is not in the report. */
export function NotFound({ name }: { name: string }) {
  return (
    <div class="missing">
      <h1>Not found</h1>
      <p>
        This report has no table <Name text={name} strong />.
      </p>
    </div>
  );
}

/** A choice among a few. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) {
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
