import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generated, HOSTILE, hostile, shop } from "../fixtures.ts";
import { Browser, type Opened } from "./harness.ts";

const AXE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

let browser: Browser;
beforeAll(async () => {
  browser = await Browser.start();
});
afterAll(() => browser.stop());

/** What axe finds, each as its rule and the first element. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE); // not a script of the page: the debugger runs it in spite of the policy
  return page.evaluate(async () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await (
      globalThis as never as {
        axe: { run: (on: Document, options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run(document, { runOnly: rules });
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0]?.html.slice(0, 160)}`);
  });
}

const heading = (page: Page) => page.locator("h1").innerText();

describe("search", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await browser.open(generated(300), "search");
  });
  test("/ leads to the search, the arrow keys to a table", async () => {
    const { page, faults } = opened;
    await page.keyboard.press("/");
    await page.keyboard.type("invoise", { delay: 5 });
    const first = page.locator("#hits [role=option]").first();
    await expect.poll(() => first.innerText()).toContain("invoice");
    expect(await page.getAttribute("[role=combobox]", "aria-activedescendant")).toBe("hit-0");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect.poll(() => heading(page)).toContain("invoice");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
    expect(faults).toEqual([]);
  });
  test("Escape closes it, and nothing found says so", async () => {
    const { page } = opened;
    await page.keyboard.press("/");
    await page.keyboard.type("qqqqqqqq");
    await expect.poll(() => page.locator("#hits").innerText()).toContain("Nothing found");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#hits").isHidden()).toBe(true);
  });
  test("the list has only the rows that are seen, and the keyboard moves in it", async () => {
    const { page } = opened;
    expect(await page.locator(".rows li").count()).toBeLessThan(80);
    await page.locator(".rows a").first().focus();
    await page.keyboard.press("ArrowDown");
    const name = await page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press("Enter");
    await expect.poll(() => heading(page)).toBe(name);
  });
});

describe("a table", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await browser.open(shop(), "table", "#/table/orders?column=amount");
  });
  test("types of another database, and the details of a column", async () => {
    const { page } = opened;
    expect(await page.locator("tbody.chosen").innerText()).toContain("amount");
    await page.locator("label", { hasText: "Types of" }).locator("select").selectOption("oracle");
    await expect.poll(() => page.locator("tbody.chosen").innerText()).toMatch(/NUMERIC\(10, 2\)|NUMBER/);
    await page.locator("tbody.chosen button").press("Enter");
    await expect.poll(() => page.locator(".details").innerText()).toContain("postgresql");
    await page.locator("label", { hasText: "Types of" }).locator("select").selectOption("postgresql");
  });
  test("places lead to the hosting service, references to tables", async () => {
    const { page, faults } = opened;
    expect(await page.locator(".title a.place").getAttribute("href")).toBe(
      "https://example.com/acme/shop/blob/abc123/app/models.py#L13",
    );
    await page.locator(".columns a", { hasText: "customers.id" }).press("Enter");
    await expect.poll(() => heading(page)).toBe("customers");
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
    await page.goBack();
    await expect.poll(() => heading(page)).toContain("orders");
    expect(faults).toEqual([]);
  });
});

describe("a change", () => {
  test("findings with recipes, who breaks by which way, before and after", async () => {
    const { page, faults } = await browser.open(shop(), "change");
    expect(await heading(page)).toBe("Changes");
    expect(await page.locator(".finding").first().innerText()).toContain("BJ001");
    await page.locator(".finding summary").first().click();
    await expect.poll(() => page.locator(".finding").first().innerText()).toContain("Keep the promised column");
    const text = await page.locator("main").innerText();
    for (const part of ["fails", "@acme/bi", "stg_orders.total", "changes silently"]) expect(text).toContain(part);
    await page.locator("label", { hasText: "changed only" }).click();
    await expect.poll(() => page.locator(".rows li").count()).toBe(1);
    await page.locator(".rows a").first().click();
    await expect.poll(() => heading(page)).toContain("orders");
    expect(await page.locator(".sides tr.changed").innerText()).toMatch(
      /amount\s+total: NUMERIC\(10, 2\) not null\s+NUMERIC\(10, 2\) not null/,
    );
    expect(await page.locator(".branches").first().innerText()).toContain("stg_orders");
    expect(faults).toEqual([]);
  });
});

describe("diagrams", () => {
  test("depth, columns, keys of the keyboard, export", async () => {
    const documents = generated(300);
    const name = (documents.head.tables as { name: string }[])[30]?.name ?? "";
    const { page, faults } = await browser.open(documents, "diagram", `#/diagram/${name}`);
    const boxes = () => page.locator(".canvas a.box").count();
    const before = await boxes();
    await page.locator("input[type=range]").fill("3");
    await expect.poll(boxes).toBeGreaterThan(before);
    await page.locator("input[type=range]").fill("0");
    await expect.poll(boxes).toBe(1);
    await page.locator("label", { hasText: "Columns" }).locator("select").selectOption("all");
    await expect.poll(() => page.locator(".canvas").innerText()).toContain("PK");
    const transform = () => page.locator(".canvas > svg:first-child > g").getAttribute("transform");
    await page.locator(".canvas").focus();
    await page.keyboard.press("0");
    // The layout with columns may still be on its way.
    let at = await transform();
    await expect.poll(async () => at === (at = await transform()), { interval: 250 }).toBe(true);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("+");
    await expect.poll(transform).not.toBe(at);
    // What the reader has chosen stays when the window changes; a diagram that is shown whole stays whole.
    const chosen = await transform();
    const window = page.viewportSize() ?? { width: 1280, height: 720 };
    const width = () => page.locator(".canvas").evaluate((element) => element.clientWidth);
    const wide = await width();
    await page.setViewportSize({ ...window, width: window.width - 200 });
    await expect.poll(width).toBeLessThan(wide);
    await expect.poll(() => page.locator(".canvas > svg:first-child").getAttribute("width")).toBe(String(await width()));
    expect(await transform()).toBe(chosen);
    await page.keyboard.press("0");
    await expect.poll(transform).not.toBe(chosen);
    await page.setViewportSize(window);
    await expect.poll(transform).toBe(at);
    for (const kind of ["SVG", "PNG"]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: kind }).click()]);
      const bytes = readFileSync(await download.path());
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${kind.toLowerCase()}$`));
      if (kind === "SVG") expect(bytes.toString()).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^]*<\/svg>$/);
      else expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    }
    expect(faults).toEqual([]);
  });
  test("the whole diagram: areas, names when larger, the wheel, the minimap", async () => {
    const { page, faults } = await browser.open(generated(1000), "whole", "#/diagram");
    await page.waitForSelector(".canvas");
    expect(await page.locator(".canvas a.box").count()).toBe(0);
    await page.mouse.move(600, 400);
    for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -300);
    await expect.poll(() => page.locator(".canvas a.box").count()).toBeGreaterThan(0);
    expect(await page.locator(".canvas a.box").count()).toBeLessThan(400);
    expect(await page.locator(".minimap").isVisible()).toBe(true);
    await page.locator(".minimap").click({ position: { x: 5, y: 5 } });
    expect(faults).toEqual([]);
  });
});

test("dark and light, kept or by the system", async () => {
  const { page } = await browser.open(shop(), "dark");
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(paper).toBe("rgb(21, 24, 28)");
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("button", { name: "Theme" }).click();
  await expect.poll(paper).toBe("rgb(255, 255, 255)");
  await page.getByRole("button", { name: "Theme" }).click();
});

test("hostile names run nowhere, and nothing is requested", async () => {
  const { page, faults } = await browser.open(hostile(), "hostile");
  for (const view of ["overview", "diagram", "hygiene", "doubts"]) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${view}`);
    await page.waitForSelector("h1");
    await page.waitForTimeout(80);
  }
  for (const name of HOSTILE) {
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `#/table/${encodeURIComponent(name)}`,
    );
    await page.waitForTimeout(60);
    await page.locator(".search input").fill(name.slice(0, 30));
    await page.waitForTimeout(20);
  }
  expect(await page.title()).not.toBe("owned");
  expect(await page.locator("main script, main img, main iframe").count()).toBe(0);
  const links = await page.locator("a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  expect(links.filter((link) => !link.startsWith("#") && !link.startsWith("https://example.com/"))).toEqual([]);
  expect(faults).toEqual([]);
});

test("the policy holds: a script that is added does not run, and no request is made", async () => {
  const { page, faults } = await browser.open(shop(), "policy");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'owned'";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", "<img src='https://example.com/x.png' onerror=\"document.title='owned'\">");
    void fetch("https://example.com/").catch(() => undefined);
  });
  await page.waitForTimeout(200);
  expect(await page.title()).not.toBe("owned");
  expect(faults.filter((fault) => fault.includes("policy")).length).toBeGreaterThanOrEqual(3);
  expect(faults.filter((fault) => fault.startsWith("request"))).toEqual([]);
});

describe("accessibility", () => {
  const states = [
    ["changes", shop, "#/changes"],
    ["table", shop, "#/table/orders"],
    ["overview", shop, "#/overview"],
    ["diagram", shop, "#/diagram"],
    ["neighbours", shop, "#/diagram/orders"],
    ["hygiene", shop, "#/hygiene"],
    ["certainty", hostile, "#/doubts"],
    ["hostile", hostile, "#/table/__proto__"],
    ["missing", shop, "#/table/none"],
  ] as const;
  for (const scheme of ["light", "dark"] as const) {
    test.each(states)(`axe finds nothing in %s (${scheme})`, async (name, documents, hash) => {
      const { page } = await browser.open(documents(), `axe-${name}`, hash);
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of [1360, 360]) {
        await page.setViewportSize({ width, height: 860 });
        expect(await axe(page), `${width} px`).toEqual([]);
      }
      await page.close();
    });
  }
  test("at 360 px nothing is wider than the screen", async () => {
    const { page } = await browser.open(hostile(), "narrow");
    await page.setViewportSize({ width: 360, height: 800 });
    for (const hash of ["#/overview", `#/table/${"x".repeat(200)}`, "#/hygiene", "#/doubts", "#/tables"]) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await page.waitForTimeout(100);
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll("main, .top, .content")].map((one) => one.scrollWidth - one.clientWidth),
      );
      expect(Math.max(...wide), hash).toBeLessThanOrEqual(1);
    }
  });
});
