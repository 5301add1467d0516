import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Walker } from "./data/lineage.ts";
import type { Model } from "./data/model.ts";
import { Search } from "./data/search.ts";
import { seen } from "./data/text.ts";
import { NotFound } from "./ui/bits.tsx";
import { Help } from "./ui/help.tsx";
import { href, type Route, useRoute, type View } from "./ui/route.ts";
import { SearchBox } from "./ui/searchbox.tsx";
import { SharedContext, type Theme, useShared, useStoredSettings } from "./ui/settings.ts";
import { TableList } from "./ui/tables.tsx";
import { ChangesView } from "./views/changes.tsx";
import { HygieneView } from "./views/hygiene.tsx";
import { DoubtsView, OverviewView } from "./views/overview.tsx";
import { TableView } from "./views/table.tsx";
import { DiagramView } from "./views/whole.tsx";

/** The page of a model. */
export function App({ model }: { model: Model }) {
  const [settings, change] = useStoredSettings();
  const [, setComplete] = useState(false);
  const search = useMemo(() => new Search(model), [model]);
  const walker = useMemo(() => (model.lineage ? new Walker(model.lineage) : undefined), [model]);
  useEffect(() => {
    void search.fill().then(() => {
      performance.mark("indexed");
      setComplete(true);
    });
  }, [search]);
  const route = useRoute(model.check ? "changes" : "overview");
  return (
    <SharedContext.Provider value={{ model, search, walker, settings, change }}>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Top route={route} />
      <div class={`body ${route.view}`}>
        {route.view !== "diagram" && (
          <TableList current={route.view === "table" ? model.byKey.get(route.name ?? "") : undefined} />
        )}
        <Main route={route} />
      </div>
    </SharedContext.Provider>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("main")?.focus();
}

const VIEWS: [View, string][] = [
  ["overview", "Overview"],
  ["changes", "Changes"],
  ["diagram", "Diagram"],
  ["hygiene", "Hygiene"],
  ["doubts", "Certainty"],
];

function Top({ route }: { route: Route }) {
  const { model, settings, change } = useShared();
  const next: Record<Theme, Theme> = { auto: "dark", dark: "light", light: "auto" };
  return (
    <header class="top">
      <a class="brand" href={href("overview")}>
        <bdi>{seen(model.meta.title)}</bdi>
      </a>
      <nav aria-label="Views">
        <a class="narrow" href={href("tables")} aria-current={route.view === "tables" ? "page" : undefined}>
          Tables
        </a>
        {VIEWS.filter(([view]) => view !== "changes" || model.check).map(([view, title]) => (
          <a key={view} href={href(view)} aria-current={route.view === view ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <SearchBox />
      <span class="buttons">
        <button
          type="button"
          onClick={() => change({ theme: next[settings.theme] })}
          aria-label={`Theme: ${settings.theme}. Change`}
          title="Theme"
        >
          {{ auto: "Auto", dark: "Dark", light: "Light" }[settings.theme]}
        </button>
        <Help />
      </span>
    </header>
  );
}

function Main({ route }: { route: Route }) {
  const main = useRef<HTMLElement>(null);
  const { model } = useShared();
  const place = `${route.view}/${route.name ?? ""}`;
  useEffect(() => {
    if (!route.query.get("column")) main.current?.scrollTo(0, 0);
    // What had the focus is gone with the view before.
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
    document.title = `${route.name ? `${seen(route.name)} · ` : ""}${seen(model.meta.title)}`;
  }, [place]);
  return (
    <main ref={main} tabIndex={-1} id="main">
      <div class="content" key={place}>
        <Content route={route} />
      </div>
    </main>
  );
}

function Content({ route }: { route: Route }) {
  const { model } = useShared();
  switch (route.view) {
    case "table": {
      const entry = model.byKey.get(route.name ?? "");
      if (!entry) return <NotFound name={route.name ?? ""} />;
      return <TableView entry={entry} column={route.query.get("column") ?? undefined} />;
    }
    case "changes":
      return <ChangesView />;
    case "diagram":
      return <DiagramView name={route.name} />;
    case "hygiene":
      return <HygieneView />;
    case "doubts":
      return <DoubtsView />;
    default:
      return <OverviewView />;
  }
}
