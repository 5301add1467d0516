import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Entry } from "../data/model.ts";
import { seen } from "../data/text.ts";
import { useIsDark } from "../ui/settings.ts";
import { Areas, BoxShape, type Detail, detailAt, FrameShape, LineShape, type Look, pathOf, roomFor, sides } from "./draw.tsx";
import { png, save, svgText } from "./export.tsx";
import type { Box, Layout } from "./layout.ts";
import { Minimap } from "./minimap.tsx";
import { type ColourBy, DARK, LIGHT } from "./palette.ts";
import { centred, fitted, MOST_BOXES, partIn, type Size, type View, windowOf, zoomed } from "./view.ts";

interface Props {
  layout: Layout;
  by: ColourBy;
  focus?: Entry[];
  label: string;
  file: string;
  /** The wheel scales at once; otherwise only with Ctrl, and it scrolls the page. */
  wheel?: boolean;
  controls?: ComponentChildren;
}

/** A diagram that can be moved, scaled and saved. */
export function Diagram({ layout, by, focus, label, file, wheel, controls }: Props) {
  const dark = useIsDark();
  const look = useMemo<Look>(
    () => ({ palette: dark ? DARK : LIGHT, by, focus: new Set(focus) }),
    [dark, by, focus?.map((entry) => entry.id).join()],
  );
  const { canvas, screen, view, setView, fit } = useView(layout, focus);
  useGestures(canvas, setView, wheel ?? false);
  const zoom = (factor: number) => setView((old) => zoomed(old, factor, { x: screen.width / 2, y: screen.height / 2 }));
  const key = (event: KeyboardEvent) => {
    const step = 60;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => setView((old) => ({ ...old, x: old.x + step })),
      ArrowRight: () => setView((old) => ({ ...old, x: old.x - step })),
      ArrowUp: () => setView((old) => ({ ...old, y: old.y + step })),
      ArrowDown: () => setView((old) => ({ ...old, y: old.y - step })),
      "+": () => zoom(1.25),
      "=": () => zoom(1.25),
      "-": () => zoom(0.8),
      "0": fit,
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
  return (
    <figure class="diagram" aria-label={label}>
      <div class="toolbar" role="group" aria-label="Diagram">
        {controls}
        <span class="buttons">
          <button type="button" onClick={() => zoom(0.8)} aria-label="Smaller">
            −
          </button>
          <button type="button" onClick={() => zoom(1.25)} aria-label="Larger">
            +
          </button>
          <button type="button" onClick={fit}>
            Fit
          </button>
          <button
            type="button"
            onClick={() => save(new Blob([svgText(layout, look)], { type: "image/svg+xml" }), `${file}.svg`)}
          >
            SVG
          </button>
          <button type="button" onClick={async () => save(await png(layout, look), `${file}.png`)}>
            PNG
          </button>
        </span>
      </div>
      <div
        class="canvas"
        ref={canvas}
        tabIndex={0}
        role="group"
        onKeyDown={key}
        aria-label={`${label}. The arrow keys move it, plus and minus scale it, 0 shows all of it.`}
      >
        <Drawing layout={layout} look={look} view={view} screen={screen} setView={setView} />
        <Minimap
          layout={layout}
          look={look}
          view={view}
          screen={screen}
          go={(at) => setView((old) => centred(old, at, screen))}
        />
      </div>
    </figure>
  );
}

/** At first all of a diagram is seen, or where that can't be read, what it is about. */
function startOf(layout: Layout, screen: Size, focus: Entry[] = []): View {
  const whole = fitted(layout, screen);
  const box = layout.frames.length ? undefined : layout.boxes.find((one) => focus.length === 1 && one.entry === focus[0]);
  if (!box || whole.scale >= 0.45) return whole;
  return centred({ ...whole, scale: 0.62 }, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, screen);
}

/** The size of the screen and what is seen: what the reader has chosen stays when the screen changes. */
function useView(layout: Layout, focus?: Entry[]) {
  const canvas = useRef<HTMLDivElement>(null);
  const isChosen = useRef(false);
  const [screen, setScreen] = useState<Size>({ width: 800, height: 480 });
  const [view, show] = useState<View>(() => fitted(layout, screen));
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const measure = () => {
      const size = { width: element.clientWidth, height: element.clientHeight };
      setScreen(size);
      if (!isChosen.current) show(startOf(layout, size, focus));
    };
    isChosen.current = false;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [layout]);
  const setView: SetView = useCallback((change) => {
    isChosen.current = true;
    show(change);
  }, []);
  const fit = () => {
    isChosen.current = false;
    show(fitted(layout, screen));
  };
  return { canvas, screen, view, setView, fit };
}

type SetView = (change: View | ((old: View) => View)) => void;

/** Dragging moves, the wheel and two fingers scale. */
function useGestures(canvas: { current: HTMLDivElement | null }, setView: SetView, wheelScales: boolean): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const pointers = new Map<number, { x: number; y: number }>();
    let moved = 0;
    const at = (event: MouseEvent) => {
      const place = element.getBoundingClientRect();
      return { x: event.clientX - place.left, y: event.clientY - place.top };
    };
    const wheel = (event: WheelEvent) => {
      if (!wheelScales && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      setView((old) => zoomed(old, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), at(event)));
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest(".minimap")) return;
      pointers.set(event.pointerId, at(event));
      moved = 0;
    };
    const move = (event: PointerEvent) => {
      const old = pointers.get(event.pointerId);
      if (!old) return;
      const now = at(event);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      moved += Math.abs(now.x - old.x) + Math.abs(now.y - old.y);
      if (moved > 4 && !element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, now);
      if (!other) setView((view) => ({ ...view, x: view.x + now.x - old.x, y: view.y + now.y - old.y }));
      else {
        const far = (point: { x: number; y: number }) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
        setView((view) => zoomed(view, far(now) / far(old), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }));
      }
    };
    const up = (event: PointerEvent) => pointers.delete(event.pointerId);
    const click = (event: MouseEvent) => {
      if (moved > 4) event.preventDefault();
    };
    const drag = (event: Event) => event.preventDefault();
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("click", click, true);
    element.addEventListener("dragstart", drag);
    return () => {
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("click", click, true);
      element.removeEventListener("dragstart", drag);
    };
  }, [wheelScales]);
}

interface DrawingProps {
  layout: Layout;
  look: Look;
  view: View;
  screen: Size;
  setView: SetView;
}

/** The part of the diagram that is seen, in the detail that can be read. */
function Drawing({ layout, look, view, screen, setView }: DrawingProps) {
  const [hovered, setHovered] = useState<number>();
  const window = windowOf(view, screen);
  const wanted = detailAt(view.scale, layout.boxes.length);
  const part = useMemo(
    () => (wanted === "areas" ? layout : partIn(layout, window)),
    [layout, wanted === "areas", window.x, window.y, window.width],
  );
  const detail = part.boxes.length > MOST_BOXES ? "areas" : wanted;
  const boxes = useMemo(() => new Map<unknown, Box>(layout.boxes.map((box) => [box.entry, box])), [layout]);
  const step = detail === "columns" ? 1 : Math.round(Math.log2(view.scale) * 2);
  const overview = useMemo(
    () => (detail === "areas" ? <Overview layout={layout} boxes={boxes} look={look} /> : null),
    [layout, look, detail],
  );
  const content = useMemo(
    () => <Content part={part} boxes={boxes} look={look} detail={detail} scale={view.scale} />,
    [part, look, detail, step],
  );
  const focused = useCallback(
    (event: FocusEvent) => {
      const id = Number((event.target as Element).closest("[data-id]")?.getAttribute("data-id") ?? Number.NaN);
      const box = layout.boxes.find((one) => one.entry.id === id);
      setHovered(box?.entry.id);
      if (!box || !(event.target as Element).matches(":focus-visible")) return;
      setView((old) => shifted(old, box, screen));
    },
    [layout, screen],
  );
  const over = (event: Event) => {
    const id = (event.target as Element).closest("[data-id]")?.getAttribute("data-id");
    setHovered(id === null || id === undefined ? undefined : Number(id));
  };
  const strong =
    hovered === undefined
      ? []
      : layout.lines.filter(({ reference }) => reference.from.id === hovered || reference.to.id === hovered);
  return (
    <svg
      width={screen.width}
      height={screen.height}
      onFocusCapture={focused}
      onPointerOver={over}
      aria-hidden={detail === "areas" ? "true" : undefined}
    >
      <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
        {overview}
        {content}
        <g class="strong">
          {strong.map((line, i) => (
            <LineShape key={i} line={line} boxes={boxes} look={look} strong />
          ))}
        </g>
      </g>
    </svg>
  );
}

/** Moved so far that a box is seen. */
function shifted(view: View, box: Box, screen: Size): View {
  const [left, top] = [view.x + box.x * view.scale, view.y + box.y * view.scale];
  const isSeen =
    left >= 0 && top >= 0 && left + box.width * view.scale <= screen.width && top + box.height * view.scale <= screen.height;
  return isSeen ? view : centred(view, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, screen);
}

interface ContentProps {
  /** What is in the window; for areas, all of the layout. */
  part: Layout;
  boxes: Map<unknown, Box>;
  look: Look;
  detail: Detail;
  scale: number;
}

function Content({ part, boxes, look, detail, scale }: ContentProps) {
  if (detail === "areas") {
    return (
      <>
        {part.frames.map((frame, i) => (
          <Caption key={i} frame={frame} look={look} scale={scale} />
        ))}
      </>
    );
  }
  const isFaint = part.frames.length > 0 && (detail !== "columns" || part.lines.length > 400);
  return (
    <>
      {part.frames.map((frame, i) => (
        <FrameShape key={i} frame={frame} look={look} scale={scale} />
      ))}
      {isFaint ? (
        <Faint lines={part.lines} boxes={boxes} look={look} />
      ) : (
        part.lines.map((line, i) => <LineShape key={i} line={line} boxes={boxes} look={look} />)
      )}
      {part.boxes.map((box) => (
        <BoxShape key={box.entry.id} box={box} look={look} detail={detail} scale={scale} />
      ))}
    </>
  );
}

/** Many lines as one shape. */
function Faint({ lines, boxes, look }: { lines: Layout["lines"]; boxes: Map<unknown, Box>; look: Look }) {
  const path = lines.map((line) => pathOf(line, sides(line, boxes))).join("");
  return (
    <path
      d={path}
      fill="none"
      stroke={look.palette.line}
      stroke-width={0.8}
      vector-effect="non-scaling-stroke"
      opacity={lines.length > 4000 ? 0.15 : 0.35}
    />
  );
}

/** All of a diagram, without names. */
function Overview({ layout, boxes, look }: { layout: Layout; boxes: Map<unknown, Box>; look: Look }) {
  return (
    <>
      {layout.frames.map((frame, i) => (
        <rect
          key={i}
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
      ))}
      <Faint lines={layout.lines} boxes={boxes} look={look} />
      <Areas layout={layout} look={look} />
    </>
  );
}

/** The name of a cluster over its areas, in a size that can be read: whole, or its last part. */
function Caption({ frame, look, scale }: { frame: Layout["frames"][number]; look: Look; scale: number }) {
  const sizeOf = (text: string) => Math.min(13 / scale, (frame.width / Math.max(4, text.length)) * 1.5);
  const whole = seen(frame.short);
  const text = sizeOf(whole) * scale < 8 ? roomFor(whole, 0) : whole;
  const size = sizeOf(text);
  if (size * scale < 6) return null;
  return (
    <text
      x={frame.x + frame.width / 2}
      y={frame.y + frame.height / 2}
      font-family="system-ui, sans-serif"
      font-size={size}
      font-weight={600}
      text-anchor="middle"
      dominant-baseline="central"
      fill={look.palette.text}
      stroke={look.palette.paper}
      stroke-width={size / 4}
      stroke-linejoin="round"
      paint-order="stroke"
    >
      {text}
    </text>
  );
}
