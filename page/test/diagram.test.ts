import { describe, expect, test } from "vitest";
import { Collector } from "../src/data/model.ts";
import { bestGrouping, byLinks, clusters, distinct, neighbourhood, rowsOf } from "../src/diagram/graph.ts";
import { clustered, layered, type Layout } from "../src/diagram/layout.ts";
import { centred, fitted, partIn, windowOf, zoomed } from "../src/diagram/view.ts";
import { type Documents, partsOf } from "./assemble.ts";
import { generated, table } from "./fixtures.ts";

function modelOf(documents: Documents) {
  const collector = new Collector();
  for (const part of partsOf(documents)) collector.take(part);
  return collector.build();
}

const model = await modelOf(generated(400));

function overlaps({ boxes }: Layout): number {
  return boxes.filter((a, i) =>
    boxes.slice(i + 1).some((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
  ).length;
}

describe("neighbourhoods", async () => {
  const chain = await modelOf({
    meta: { title: "" },
    head: { tables: [table("a", [], ["b"]), table("b", [], ["c"]), table("c", [], ["d"]), table("d"), table("far")] },
  });
  const names = (depth: number, most?: number) =>
    neighbourhood([chain.byKey.get("b") as never], depth, most).entries.map((entry) => entry.key);
  test.each([
    [0, ["b"]],
    [1, ["b", "a", "c"]],
    [2, ["a", "b", "c", "d"]],
    [5, ["a", "b", "c", "d"]],
  ])("at depth %i", (depth, found) => expect(names(depth).sort()).toEqual([...found].sort()));
  test("the nearest first, and how many are left", () => {
    expect(names(2, 2)[0]).toBe("b");
    expect(neighbourhood([chain.byKey.get("b") as never], 2, 2).left).toBe(2);
  });
  test("rows of a box", () => {
    const entry = chain.byKey.get("a") as never;
    expect(rowsOf(entry, "keys").map((row) => row.key)).toEqual(["PK", "FK"]);
    expect(rowsOf(entry, "none")).toEqual([]);
  });
});

describe("layouts", () => {
  test("boxes of a neighbourhood do not overlap, and lines meet them", () => {
    const layout = layered(neighbourhood([model.entries[30] as never], 3, 50).entries, "keys");
    expect(overlaps(layout)).toBe(0);
    for (const { points, reference } of layout.lines) {
      const box = layout.boxes.find((one) => one.entry === reference.from);
      expect([box?.x, (box?.x ?? 0) + (box?.width ?? 0)]).toContain(points[0]?.x);
    }
  });
  test("clusters are in frames that do not overlap, with every table in one", async () => {
    const layout = await clustered(clusters(model, "module"), "none", () => true);
    expect(layout?.boxes.length).toBe(400);
    expect(overlaps(layout as Layout)).toBe(0);
    expect(overlaps({ ...(layout as Layout), boxes: layout?.frames as never })).toBe(0);
  });
  test("a layout that is no longer wanted ends", async () =>
    expect(await clustered(clusters(model, "module"), "none", () => false)).toBeUndefined());
  test("a table that refers to itself, and an empty diagram", async () => {
    const self = await modelOf({ meta: { title: "" }, head: { tables: [table("self", [], ["self"])] } });
    expect(layered(self.entries, "all").lines[0]?.points.length).toBe(4);
    expect(layered([], "all").boxes).toEqual([]);
  });
});

describe("clusters", () => {
  test.each(["schema", "module", "links"] as const)("by %s have every table once, and none is large", (grouping) => {
    const found = clusters(model, grouping);
    expect(found.flatMap((cluster) => cluster.entries).length).toBe(400);
    expect(Math.max(...found.map((cluster) => cluster.entries.length))).toBeLessThanOrEqual(40);
  });
  test("by links follow the foreign keys", async () => {
    const part = (name: string) => [
      table(`${name}0`),
      ...Array.from({ length: 8 }, (_, i) => table(`${name}${i + 1}`, [], [`${name}0`])),
    ];
    const two = await modelOf({ meta: { title: "" }, head: { tables: [...part("a"), ...part("b"), table("alone")] } });
    expect(
      byLinks(two.entries)
        .map((cluster) => cluster.entries.length)
        .sort(),
    ).toEqual([1, 9, 9]);
  });
  test.each([
    [
      ["app.a.models", "app.b.models"],
      ["a", "b"],
    ],
    [["app.models"], ["app.models"]],
    [
      ["a", "a.b"],
      ["a", "a.b"],
    ],
    [
      ["x/a.py", "x/b.py"],
      ["a", "b"],
    ],
    [
      ["same", "same"],
      ["same", "same"],
    ],
    [[], []],
  ])("names of clusters: %j", (names, short) => expect(distinct(names)).toEqual(short));
  test("modules are the first choice where there are several", () => expect(bestGrouping(model)).toBe("module"));
});

describe("views", () => {
  const screen = { width: 800, height: 400 };
  test("fitted shows all, in the middle", () =>
    expect(fitted({ width: 1560, height: 380 }, screen)).toEqual({ scale: 0.5, x: 10, y: 105 }));
  test("scaling keeps the point below the pointer", () =>
    expect(zoomed({ x: 10, y: 20, scale: 1 }, 2, { x: 110, y: 120 })).toEqual({ scale: 2, x: -90, y: -80 }));
  test("a point is put into the middle", () =>
    expect(centred({ x: 0, y: 0, scale: 2 }, { x: 100, y: 50 }, screen)).toEqual({ scale: 2, x: 200, y: 100 }));
  test("of a large layout only what is seen is drawn", async () => {
    const layout = (await clustered(clusters(model, "module"), "none", () => true)) as Layout;
    const part = partIn(layout, windowOf({ x: 0, y: 0, scale: 1 }, screen));
    expect(part.boxes.length).toBeGreaterThan(0);
    expect(part.boxes.length).toBeLessThan(layout.boxes.length / 2);
  });
});
