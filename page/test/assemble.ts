import { deflateSync } from "node:zlib";
import { readFileSync } from "node:fs";
import type { Part } from "../src/data/types.ts";

/** The documents of a page, as Belljar writes them. */
export interface Documents {
  meta: { title: string } & Record<string, unknown>;
  head: Record<string, unknown>;
  base?: Record<string, unknown>;
  check?: unknown;
  lineage?: unknown;
}

const CHUNK = 100;

/** Without what is null, empty or false. */
export function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, pruned(inner)] as const);
  return Object.fromEntries(
    entries.filter(([, inner]) => {
      if (inner === null || inner === undefined || inner === false) return false;
      return typeof inner !== "object" || Object.keys(inner as object).length > 0;
    }),
  );
}

function chunks(kind: Part["kind"], side: Part["side"], values: unknown): Part[] {
  const all = (values ?? []) as unknown[];
  const parts: Part[] = [];
  for (let at = 0; at < all.length; at += CHUNK) parts.push({ kind, side, data: pruned(all.slice(at, at + CHUNK)) });
  return parts;
}

/** The parts of a page, as the host makes them. */
export function partsOf({ meta, head, base, check, lineage }: Documents): Part[] {
  const { tables, classes, ...rest } = head;
  return [
    { kind: "meta", data: meta },
    { kind: "document", side: "head", data: pruned(rest) },
    ...chunks("tables", "head", tables),
    ...chunks("classes", "head", classes),
    ...chunks("tables", "base", base?.tables),
    ...(check ? [{ kind: "check", data: check } as const] : []),
    ...(lineage ? [{ kind: "lineage", data: lineage } as const] : []),
  ];
}

/** A whole page. */
export function assembled(template: string, documents: Documents, encoding: "plain" | "deflate" = "deflate"): string {
  const parts = partsOf(documents).map((part) =>
    encoding === "plain" ? part : { ...part, data: deflateSync(JSON.stringify(part.data)).toString("base64") },
  );
  const text = JSON.stringify({ format: "1.0", encoding, parts })
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  return template.replace('"BELLJAR-DATA"', () => text);
}

/** The built page without data. */
export function template(): string {
  return readFileSync(new URL("../dist/page.html", import.meta.url), "utf8");
}
