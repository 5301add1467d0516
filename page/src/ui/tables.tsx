import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Entry } from "../data/model.ts";
import { seen } from "../data/text.ts";
import { Glyph } from "./bits.tsx";
import { href } from "./route.ts";
import { useShared } from "./settings.ts";

const HEIGHT = 30;
const SPARE = 12;

/** All tables. Only the rows that are seen are in the page. */
export function TableList({ current }: { current?: Entry }) {
  const { model } = useShared();
  const [onlyChanged, setOnlyChanged] = useState(false);
  const changed = useMemo(() => model.entries.filter((entry) => entry.mark || entry.findings.length), [model]);
  const shown = onlyChanged ? changed : model.entries;
  return (
    <nav class="tables" aria-label="Tables">
      <div class="tables-head">
        <h2>
          Tables <span class="aside">{shown.length.toLocaleString("en")}</span>
        </h2>
        {changed.length > 0 && (
          <label class="check">
            <input type="checkbox" checked={onlyChanged} onChange={(event) => setOnlyChanged(event.currentTarget.checked)} />
            changed only
          </label>
        )}
      </div>
      <Rows entries={shown} current={current} />
    </nav>
  );
}

function Rows({ entries, current }: { entries: Entry[]; current?: Entry }) {
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(800);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = list.current;
    const at = current ? entries.indexOf(current) * HEIGHT : -1;
    if (element && at >= 0 && (at < element.scrollTop || at + HEIGHT > element.scrollTop + element.clientHeight)) {
      element.scrollTop = at - element.clientHeight / 2;
    }
  }, [current, entries]);
  const first = Math.max(0, Math.floor(top / HEIGHT) - SPARE);
  const last = Math.min(entries.length, Math.ceil((top + height) / HEIGHT) + SPARE);
  const move = (event: KeyboardEvent) => moveFocus(event, list.current);
  return (
    <div class="rows" ref={list} tabIndex={-1} onScroll={(event) => setTop(event.currentTarget.scrollTop)} onKeyDown={move}>
      <ul style={{ height: `${entries.length * HEIGHT}px` }}>
        {entries.slice(first, last).map((entry, i) => (
          <li
            key={entry.id}
            style={{ top: `${(first + i) * HEIGHT}px` }}
            aria-setsize={entries.length}
            aria-posinset={first + i + 1}
          >
            <a href={href("table", entry.key)} aria-current={entry === current ? "page" : undefined} title={seen(entry.key)}>
              <bdi>{seen(entry.key)}</bdi>
              {entry.table.status !== "exact" && <span class="dot" role="img" aria-label="partial" title="partial" />}
              <Glyph mark={entry.mark} />
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The arrow keys move among the rows. */
function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const item = document.activeElement?.closest("li");
  if (!step || !list || !item) return;
  event.preventDefault();
  const next = step > 0 ? item.nextElementSibling : item.previousElementSibling;
  next?.querySelector("a")?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
