import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOSTILE } from "../fixtures.ts";
import { Browser } from "./harness.ts";

// Pages that the program writes: `BELLJAR_PROGRAM` names it. Without one, nothing is tested here.
const PROGRAM = process.env.BELLJAR_PROGRAM ?? "";

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await Browser.start();
  folder = mkdtempSync(join(tmpdir(), "belljar-program-"));
});
afterAll(async () => {
  await browser.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Models with these names for everything. */
function models(names: string[]): string {
  return `from sqlalchemy import CheckConstraint, Column, Integer, MetaData, String, Table
metadata = MetaData()
for name in ${JSON.stringify(names)}:
    columns = [Column(other, String(20), comment=other, server_default=other) for other in ${JSON.stringify(names)}]
    Table(name, metadata, Column("id", Integer, primary_key=True), *columns, comment=name)
`;
}

test.skipIf(!PROGRAM)("a page of hostile models, as the program writes it", async () => {
  const names = HOSTILE.filter((name) => !name.includes("\0"));
  for (const side of ["base", "head"]) {
    const path = join(folder, side);
    spawnSync("mkdir", [path]);
    writeFileSync(join(path, "models.py"), models(side === "base" ? names : names.slice(1)));
  }
  for (const sides of [["path:head"], ["path:base", "path:head"]]) {
    const file = join(folder, `report-${sides.length}.html`);
    const run = spawnSync(PROGRAM, ["report", ...sides, "-o", file, "--quiet", "--title", HOSTILE[0] ?? ""], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(run.stderr).not.toContain("error");
    const { page, faults } = await browser.openFile(file);
    expect(await page.locator("h1").first().innerText()).toBe(sides.length === 1 ? HOSTILE[0] : "Changes");
    for (const name of sides.length === 1 ? names.slice(1) : names) {
      await page.evaluate(
        (hash) => {
          location.hash = hash;
        },
        `#/table/${encodeURIComponent(name)}`,
      );
      await page.waitForTimeout(80);
      expect(await page.locator("main h1").innerText()).not.toBe("Not found");
    }
    expect(await page.title()).not.toBe("owned");
    expect(faults).toEqual([]);
    await page.close();
  }
});
