import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { policy } from "../build/one-file.ts";

test("the policy allows the one script and the one style", () => {
  const text = policy("let a = 1", "p{}");
  expect(text).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data: blob:; base-uri 'none'; form-action 'none'$/,
  );
  for (const word of ["unsafe", "*", "http", "connect-src", "worker-src"]) expect(text).not.toContain(word);
});

test("the licences of all packages in the page are kept, for this version of each", () => {
  const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as {
    packages: Record<string, { version: string; license: string; dev?: boolean }>;
  };
  const folder = new URL("../../packaging/licences/", import.meta.url);
  const kept = readdirSync(folder).filter((name) => !name.startsWith("CPython"));
  const wanted = Object.entries(lock.packages)
    .filter(([path, entry]) => path && !entry.dev)
    .map(([path, entry]) => `${path.split("/").at(-1)} ${entry.version} (${entry.license}).txt`);
  expect(kept.sort()).toEqual(wanted.sort());
});
