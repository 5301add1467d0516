import type { Entry } from "../data/model.ts";

/** The colours of a diagram. They are attributes of the drawing, so that an exported picture has them too. */
export interface Palette {
  paper: string;
  box: string;
  head: string;
  edge: string;
  text: string;
  muted: string;
  line: string;
  strong: string;
  frame: string;
  focus: string;
  tints: Record<Tint, { head: string; edge: string }>;
}

export type Tint = "added" | "dropped" | "changed" | "doubt" | "none";
export type ColourBy = "change" | "certainty" | "none";

export const LIGHT: Palette = {
  paper: "#ffffff",
  box: "#ffffff",
  head: "#f1f3f5",
  edge: "#c3cad2",
  text: "#1d2229",
  muted: "#59626e",
  line: "#8a95a3",
  strong: "#1f5fbf",
  frame: "#f8f9fa",
  focus: "#1f5fbf",
  tints: {
    added: { head: "#d9f2e0", edge: "#3f9a5f" },
    dropped: { head: "#fbdedb", edge: "#c9453a" },
    changed: { head: "#dfe9fb", edge: "#4a7dd0" },
    doubt: { head: "#fbeccb", edge: "#b98900" },
    none: { head: "#f1f3f5", edge: "#c3cad2" },
  },
};

export const DARK: Palette = {
  paper: "#15181c",
  box: "#1c2026",
  head: "#272d35",
  edge: "#414a56",
  text: "#e7eaee",
  muted: "#a2acb8",
  line: "#6d7887",
  strong: "#86b4ff",
  frame: "#191d22",
  focus: "#86b4ff",
  tints: {
    added: { head: "#1d4029", edge: "#58b377" },
    dropped: { head: "#4d2422", edge: "#e3766c" },
    changed: { head: "#213a61", edge: "#7aa7ee" },
    doubt: { head: "#453612", edge: "#d0a234" },
    none: { head: "#272d35", edge: "#414a56" },
  },
};

/** The tint of a table. */
export function tintOf(entry: Entry, by: ColourBy): Tint {
  if (by === "certainty") return entry.table.status === "exact" ? "none" : "doubt";
  if (by === "none" || !entry.mark) return "none";
  return entry.mark === "doubtful" ? "doubt" : entry.mark;
}
