import { seen } from "../data/text.ts";
import { href } from "../ui/route.ts";
import { type Box, type Frame, HEAD, type Layout, type Line, nameText, type Point, ROW, SIDE, typeText } from "./layout.ts";
import { type ColourBy, type Palette, type Tint, tintOf } from "./palette.ts";

/** How much is drawn: everything, names only, or areas. */
export type Detail = "columns" | "names" | "areas";

/** How much can be read at a scale. */
export function detailAt(scale: number, boxes: number): Detail {
  return scale >= 0.5 ? "columns" : scale >= (boxes > 80 ? 0.2 : 0.12) ? "names" : "areas";
}

export interface Look {
  palette: Palette;
  by: ColourBy;
  focus?: Set<unknown>;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The direction in which a line leaves a point: that of its neighbour, at the ends that of the side. */
function bend(from: Point, to: Point, out: number, into: number): string {
  const reach = Math.max(24, Math.abs(to.x - from.x) / 2);
  return `C${round(from.x + out * reach)} ${round(from.y)} ${round(to.x + into * reach)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
}

/** The path of a line, smooth through its points. */
export function pathOf({ points }: Line, [start, end]: [number, number]): string {
  const [first] = points;
  if (!first) return "";
  const last = points.length - 1;
  const curves = points.slice(1).map((to, i) => {
    const from = points[i] ?? first;
    const way = Math.sign(to.x - from.x) || 1;
    return bend(from, to, i === 0 ? start : way, i + 1 === last ? end : -way);
  });
  return `M${round(first.x)} ${round(first.y)}${curves.join("")}`;
}

/** The sides at which a line leaves and arrives: 1 is to the right, -1 to the left. */
export function sides(line: Line, boxes: Map<unknown, Box>): [number, number] {
  const at = (box: Box | undefined, point: Point | undefined) => (box && point && point.x <= box.x + 1 ? -1 : 1);
  return [at(boxes.get(line.reference.from), line.points[0]), at(boxes.get(line.reference.to), line.points.at(-1))];
}

/** Crow's feet: many or one of those that refer, and one or none that is referred to. */
function feet({ reference, points }: Line, [start, end]: [number, number]): string {
  const [a, b] = [points[0], points.at(-1)];
  if (!a || !b) return "";
  const bar = (point: Point, x: number) => `M${round(point.x + x)} ${round(point.y - 5)}v10`;
  const ring = (point: Point, x: number) => `M${round(point.x + x - 3)} ${round(point.y)}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`;
  const claw = `M${round(a.x + start * 10)} ${round(a.y)}L${round(a.x)} ${round(a.y - 5)}M${round(a.x + start * 10)} ${round(a.y)}L${round(a.x)} ${round(a.y + 5)}`;
  return [
    reference.single ? bar(a, start * 6) : claw,
    ring(a, start * 14),
    bar(b, end * 6),
    reference.optional ? ring(b, end * 14) : bar(b, end * 11),
  ].join("");
}

export function LineShape({
  line,
  boxes,
  look,
  strong,
}: {
  line: Line;
  boxes: Map<unknown, Box>;
  look: Look;
  strong?: boolean;
}) {
  const way = sides(line, boxes);
  const { from, to, columns, targets } = line.reference;
  const color = strong ? look.palette.strong : look.palette.line;
  return (
    <g fill="none" stroke={color} stroke-width={strong ? 1.8 : 1.1}>
      <title>{seen(`${from.key} (${columns.join(", ")}) → ${to.key} (${targets.join(", ")})`)}</title>
      <path d={pathOf(line, way)} />
      <path d={feet(line, way)} fill={look.palette.paper} />
    </g>
  );
}

const UI = "system-ui, sans-serif";
const MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, monospace";

export function BoxShape({ box, look, detail, scale = 1 }: { box: Box; look: Look; detail: Detail; scale?: number }) {
  const { palette } = look;
  const tint = palette.tints[tintOf(box.entry, look.by)];
  const isFocus = look.focus?.has(box.entry);
  const showsRows = detail === "columns" && box.rows.length > 0;
  const size =
    detail === "columns" ? 13 : Math.min(10.5 / scale, box.height * 0.6, (box.width / Math.max(box.title.length, 4)) * 1.5);
  const rows = showsRows ? box.rows : [];
  return (
    <a href={href("table", box.entry.key)} class="box" data-id={box.entry.id}>
      <title>{described(box)}</title>
      <rect
        x={box.x}
        y={box.y}
        width={box.width}
        height={box.height}
        rx={4}
        fill={palette.box}
        stroke={isFocus ? palette.focus : tint.edge}
        stroke-width={isFocus ? 2.2 : 1}
        vector-effect="non-scaling-stroke"
      />
      <path d={headPath(box, showsRows)} fill={tint.head} />
      <text
        x={box.x + SIDE}
        y={box.y + (showsRows ? HEAD / 2 : box.height / 2)}
        dominant-baseline="central"
        font-family={UI}
        font-size={size}
        font-weight={600}
        fill={palette.text}
        unicode-bidi="isolate"
        aria-hidden="true"
      >
        {box.title}
      </text>
      {rows.map((row, i) => {
        const y = box.y + HEAD + i * ROW + ROW / 2 + 2;
        return (
          <g key={row.column.name} font-family={MONO} font-size={12} fill={palette.text} aria-hidden="true">
            {row.key && (
              <text x={box.x + SIDE} y={y} dominant-baseline="central" font-size={9} fill={palette.muted}>
                {row.key === "PK FK" ? "P·F" : row.key}
              </text>
            )}
            <text x={box.x + 36} y={y} dominant-baseline="central" unicode-bidi="isolate">
              {nameText(row.column.name)}
            </text>
            <text x={box.x + box.width - SIDE} y={y} text-anchor="end" dominant-baseline="central" fill={palette.muted}>
              {typeText(row)}
            </text>
          </g>
        );
      })}
    </a>
  );
}

/** The part of a box behind its name. */
function headPath({ x, y, width, height }: Box, showsRows: boolean): string {
  const tall = showsRows ? HEAD : height;
  const low = tall >= height ? `q0 3 -3 3h${-(width - 8)}q-3 0 -3 -3` : `v3h${-(width - 2)}v-3`;
  return `M${x + 1} ${y + 4}q0 -3 3 -3h${width - 8}q3 0 3 3v${tall - 8}${low}z`;
}

function described({ entry }: Box): string {
  const mark = entry.mark ? `, ${entry.mark}` : "";
  return seen(`${entry.key}${mark}, refers to ${entry.refersTo.length}, referred to by ${entry.referredBy.length}`);
}

/** A name, or its last part where it has no room. */
export function roomFor(name: string, room: number): string {
  return name.length <= room ? name : name.split(/[./·]/).at(-1)?.trim() || name;
}

/** The width of a character, as a part of the size of the letters. */
const WIDTH = 0.68;

export function FrameShape({ frame, look, scale }: { frame: Frame; look: Look; scale: number }) {
  const wanted = Math.min(Math.max(14, 11.5 / scale), 34);
  const text = roomFor(frame.short, frame.width / (wanted * WIDTH));
  const size = Math.min(wanted, frame.width / (Math.max(text.length, 6) * WIDTH));
  return (
    <g>
      <title>{seen(frame.name)}</title>
      <rect
        x={frame.x}
        y={frame.y}
        width={frame.width}
        height={frame.height}
        rx={8}
        fill={look.palette.frame}
        stroke={look.palette.edge}
        stroke-width={1}
        vector-effect="non-scaling-stroke"
      />
      <text
        x={frame.x + 12}
        y={frame.y + 21}
        font-family={UI}
        font-size={size}
        fill={look.palette.muted}
        font-weight={600}
        dominant-baseline="central"
      >
        {seen(text)}
      </text>
    </g>
  );
}

/** All boxes of a tint as one shape: thousands of them are drawn at once. */
export function Areas({ layout, look }: { layout: Layout; look: Look }) {
  const paths = new Map<Tint, string[]>();
  for (const box of layout.boxes) {
    const tint = tintOf(box.entry, look.by);
    const shape = `M${round(box.x)} ${round(box.y)}h${round(box.width)}v${round(box.height)}h${-round(box.width)}z`;
    const same = paths.get(tint);
    if (same) same.push(shape);
    else paths.set(tint, [shape]);
  }
  return (
    <>
      {[...paths].map(([tint, shapes]) => (
        <path
          key={tint}
          d={shapes.join("")}
          fill={look.palette.tints[tint].edge}
          fill-opacity={tint === "none" ? 0.8 : 0.65}
          stroke={look.palette.edge}
          stroke-width={0.5}
          vector-effect="non-scaling-stroke"
        />
      ))}
    </>
  );
}
