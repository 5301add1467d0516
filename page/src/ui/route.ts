import { useEffect, useState } from "preact/hooks";

export const VIEWS = ["overview", "tables", "table", "diagram", "changes", "hygiene", "doubts"] as const;
export type View = (typeof VIEWS)[number];

/** Where the page is: `#/table/orders?column=id`. */
export interface Route {
  view: View;
  name?: string;
  query: URLSearchParams;
}

/** The route that an address states. */
export function parse(hash: string, start: View): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", ...name] = path.split("/");
  const known = VIEWS.find((one) => one === view);
  return { view: known ?? start, name: name.length ? decoded(name.join("/")) : undefined, query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a route. */
export function href(view: View, name?: string, query: Record<string, string | number | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return `#/${view}${name === undefined ? "" : `/${encodeURIComponent(name.toWellFormed())}`}${search ? `?${search}` : ""}`;
}

export function useRoute(start: View): Route {
  const [hash, set] = useState(location.hash);
  useEffect(() => {
    const changed = () => set(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return parse(hash, start);
}
