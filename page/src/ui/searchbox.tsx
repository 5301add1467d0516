import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Hit } from "../data/search.ts";
import { seen, shortened } from "../data/text.ts";
import { Glyph } from "./bits.tsx";
import { href } from "./route.ts";
import { useShared } from "./settings.ts";

/** The search, which `/` reaches from everywhere. */
export function SearchBox() {
  const { search, settings } = useShared();
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const hits = useMemo(() => search.find(query), [query, search.complete]);
  useShortcut("/", settings.shortcuts, () => input.current?.select());

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    location.hash = addressOf(hit);
    setOpen(false);
    input.current?.blur();
    document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
  };
  const key = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: hits.length - 1 };
    const next =
      event.key === "Home" || event.key === "End" ? (event.ctrlKey ? moves[event.key] : undefined) : moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setOpen(true);
      setAt(Math.min(Math.max(next, 0), Math.max(hits.length - 1, 0)));
    } else if (event.key === "Enter") go(hits[at]);
    else if (event.key === "Escape") {
      if (open && query) setOpen(false);
      else input.current?.blur();
    }
  };
  const shown = open && query.trim().length > 0;
  return (
    <div class="search" role="search">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search tables, columns, types, comments, classes, files and owners"
        placeholder="Search tables, columns, types, comments, files…"
        autocomplete="off"
        spellcheck={false}
        value={query}
        aria-expanded={shown}
        aria-controls="hits"
        aria-autocomplete="list"
        aria-activedescendant={shown && hits[at] ? `hit-${at}` : undefined}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setOpen(true);
          setAt(0);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={key}
      />
      {settings.shortcuts && <kbd aria-hidden="true">/</kbd>}
      <Hits hits={hits} at={at} shown={shown} go={go} />
      <p class="unseen" role="status">
        {shown ? `${hits.length} found` : ""}
      </p>
    </div>
  );
}

function Hits({ hits, at, shown, go }: { hits: Hit[]; at: number; shown: boolean; go: (hit: Hit) => void }) {
  const { search } = useShared();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [at]);
  return (
    <ul id="hits" class="hits" role="listbox" aria-label="Found" ref={list} hidden={!shown}>
      {shown &&
        hits.map((hit, i) => (
          <li
            key={hit.entry.id}
            id={`hit-${i}`}
            role="option"
            aria-selected={i === at}
            onMouseDown={(event) => {
              event.preventDefault();
              go(hit);
            }}
          >
            <span class="hit-name">
              <bdi>{seen(hit.entry.key)}</bdi>
              <Glyph mark={hit.entry.mark} />
            </span>
            <span class="hit-where">
              <Where hit={hit} />
            </span>
          </li>
        ))}
      {shown && hits.length === 0 && (
        <li class="none" role="option" aria-selected={false} aria-disabled="true">
          {search.complete ? "Nothing found" : "Nothing found yet; the index is still being made"}
        </li>
      )}
    </ul>
  );
}

/** Where in a table the words were found. */
function Where({ hit }: { hit: Hit }) {
  const names = hit.columns.slice(0, 4).map((name) => shortened(seen(name), 40));
  const more = hit.columns.length - names.length;
  return (
    <>
      {names.map((name) => (
        <bdi key={name} class="hit-column">
          {name}
        </bdi>
      ))}
      {more > 0 && <span>+{more}</span>}
      {names.length === 0 && hit.fields.map((field) => <span key={field}>in {field}</span>)}
    </>
  );
}

function addressOf(hit: Hit): string {
  const [column] = hit.columns;
  return href("table", hit.entry.key, { column });
}

/** Calls a function when a key is pressed outside of a field. */
export function useShortcut(key: string, enabled: boolean, run: () => void): void {
  useEffect(() => {
    if (!enabled) return;
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea"))
        return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [key, enabled]);
}
