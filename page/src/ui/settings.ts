import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Model } from "../data/model.ts";
import type { Search } from "../data/search.ts";
import type { Walker } from "../data/lineage.ts";
import type { Database } from "../data/types.ts";

export type Theme = "auto" | "light" | "dark";

/** What a reader has chosen. It is kept in the browser, where that is possible for a file. */
export interface Settings {
  theme: Theme;
  database: Database;
  shortcuts: boolean;
}

const KEY = "belljar-report";
const DEFAULTS: Settings = { theme: "auto", database: "postgresql", shortcuts: true };

function kept(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
  } catch {
    return {};
  }
}

function keep(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Some browsers keep nothing for files. The choice then lasts as long as the page is open.
  }
}

/** The settings, and what changes them. */
export function useStoredSettings(): [Settings, (change: Partial<Settings>) => void] {
  const [settings, set] = useState<Settings>(() => ({ ...DEFAULTS, ...kept() }));
  useEffect(() => {
    if (settings.theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = settings.theme;
  }, [settings.theme]);
  return [
    settings,
    (change) =>
      set((old) => {
        const next = { ...old, ...change };
        keep(next);
        return next;
      }),
  ];
}

/** What all views use. */
export interface Shared {
  model: Model;
  search: Search;
  walker?: Walker;
  settings: Settings;
  change: (change: Partial<Settings>) => void;
}

export const SharedContext = createContext<Shared | undefined>(undefined);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (!shared) throw new Error("the view is outside of the page");
  return shared;
}

/** Whether the page is dark now. */
export function useIsDark(): boolean {
  const { settings } = useShared();
  const query = matchMedia("(prefers-color-scheme: dark)");
  const [dark, set] = useState(query.matches);
  useEffect(() => {
    const changed = () => set(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  return settings.theme === "auto" ? dark : settings.theme === "dark";
}
