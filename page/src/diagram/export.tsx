import { render } from "preact";
import { BoxShape, FrameShape, LineShape, type Look } from "./draw.tsx";
import type { Layout } from "./layout.ts";

const NAMESPACE = "http://www.w3.org/2000/svg";
/** The longest side of a picture, in pixels. */
const LONGEST = 8192;

/** A diagram as a document of its own, with everything in it that it needs. */
export function svgText(layout: Layout, look: Look): string {
  const { width, height } = layout;
  const root = document.createElementNS(NAMESPACE, "svg");
  const boxes = new Map<unknown, Layout["boxes"][number]>(layout.boxes.map((box) => [box.entry, box]));
  render(
    <>
      <rect width={width} height={height} fill={look.palette.paper} />
      {layout.frames.map((frame) => (
        <FrameShape key={frame.name} frame={frame} look={look} scale={1} />
      ))}
      {layout.lines.map((line, i) => (
        <LineShape key={i} line={line} boxes={boxes} look={look} />
      ))}
      {layout.boxes.map((box) => (
        <BoxShape key={box.entry.id} box={box} look={look} detail="columns" />
      ))}
    </>,
    root,
  );
  root.setAttribute("width", String(Math.ceil(width)));
  root.setAttribute("height", String(Math.ceil(height)));
  root.setAttribute("viewBox", `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`);
  for (const link of root.querySelectorAll("a")) link.replaceWith(grouped(link));
  const text = new XMLSerializer().serializeToString(root);
  render(null, root);
  return text;
}

/** A link of the page as a group: its address leads nowhere outside of it. */
function grouped(link: Element): Element {
  const group = document.createElementNS(NAMESPACE, "g");
  group.append(...link.childNodes);
  return group;
}

/** A diagram as a picture. */
export async function png(layout: Layout, look: Look): Promise<Blob> {
  const scale = Math.min(2, LONGEST / Math.max(layout.width, layout.height, 1));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(layout, look))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(layout.width * scale);
  canvas.height = Math.ceil(layout.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))), "image/png");
  });
}

/** Has the browser save a file. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name.replaceAll(/[^\w.-]+/g, "_").slice(0, 100);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
