import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Documents } from "../assemble.ts";
import { generated, hostile, shop } from "../fixtures.ts";
import { Browser } from "./harness.ts";

// Pictures of ten states. They are kept in a folder that is not in the repository, as fonts differ between machines: the first run
// writes them, later ones compare. `BELLJAR_STATES` names another folder, `BELLJAR_WRITE=1` replaces them.
const FOLDER = process.env.BELLJAR_STATES ?? fileURLToPath(new URL("../../../build/page-states", import.meta.url));
const WRITE = process.env.BELLJAR_WRITE === "1";

/** The share of pixels that may differ by more than a little. */
const TOLERANCE = 0.002;

interface State {
  name: string;
  documents: () => Documents;
  hash: string;
  width?: number;
  height?: number;
  scheme?: "dark";
  media?: "print";
  act?: (page: Page) => Promise<unknown>;
}

const STATES: State[] = [
  { name: "overview", documents: () => generated(120), hash: "#/overview" },
  {
    name: "search",
    documents: () => generated(120),
    hash: "#/overview",
    act: async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("custmer name");
    },
  },
  { name: "table", documents: () => generated(120), hash: "#/table/account_order_16", height: 1200 },
  { name: "changes", documents: shop, hash: "#/changes", height: 1400 },
  { name: "table-changed-dark", documents: shop, hash: "#/table/orders", height: 1800, scheme: "dark" },
  { name: "neighbours", documents: () => generated(120), hash: "#/diagram/account_order_16" },
  { name: "whole-dark", documents: () => generated(400), hash: "#/diagram", scheme: "dark" },
  { name: "hygiene", documents: () => generated(120), hash: "#/hygiene" },
  { name: "phone", documents: shop, hash: "#/changes", width: 360 },
  { name: "hostile", documents: hostile, hash: `#/table/${encodeURIComponent("جدول_العملاء.جدول_العملاء")}` },
  { name: "print", documents: shop, hash: "#/table/orders", width: 800, height: 1600, media: "print" },
];

let browser: Browser;
beforeAll(async () => {
  browser = await Browser.start();
  mkdirSync(FOLDER, { recursive: true });
});
afterAll(() => browser.stop());

/** The share of pixels of two pictures that differ, as the browser sees them. */
function difference(page: Page, one: Buffer, other: Buffer): Promise<number> {
  return page.evaluate(
    async (pictures) => {
      const pixels = await Promise.all(
        pictures.map(async (picture) => {
          const image = new Image();
          image.src = `data:image/png;base64,${picture}`;
          await image.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [image.width, image.height];
          const context = canvas.getContext("2d");
          context?.drawImage(image, 0, 0);
          return context?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray();
        }),
      );
      const [a, b] = pixels;
      if (!a || !b || a.length !== b.length) return 1;
      let different = 0;
      for (let i = 0; i < a.length; i += 4) {
        const far = Math.abs(a[i]! - b[i]!) + Math.abs(a[i + 1]! - b[i + 1]!) + Math.abs(a[i + 2]! - b[i + 2]!);
        if (far > 60) different++;
      }
      return (4 * different) / a.length;
    },
    [one.toString("base64"), other.toString("base64")],
  );
}

test.each(STATES)("$name", async ({ name, documents, hash, width = 1360, height = 860, scheme, media, act }) => {
  const { page, faults } = await browser.open(documents(), `state-${name}`, hash);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme ?? "light", media: media ?? "screen", reducedMotion: "reduce" });
  await page.waitForFunction(() => performance.getEntriesByName("indexed").length > 0);
  await act?.(page);
  await page.waitForTimeout(600);
  const picture = await page.screenshot({ caret: "hide", animations: "disabled" });
  const file = join(FOLDER, `${name}.png`);
  if (WRITE || !existsSync(file)) writeFileSync(file, picture);
  else {
    const share = await difference(page, readFileSync(file), picture);
    if (share > TOLERANCE) writeFileSync(join(FOLDER, `${name}.now.png`), picture);
    expect(share, `${file} and ${name}.now.png differ`).toBeLessThanOrEqual(TOLERANCE);
  }
  expect(faults).toEqual([]);
  await page.close();
});
