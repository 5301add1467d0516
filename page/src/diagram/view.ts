import type { Layout } from "./layout.ts";

/** What part of a diagram is seen: the place of its corner on the screen, and the scale. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const LEAST = 0.01;
const MOST = 4;
/** The space around a whole diagram. */
const MARGIN = 10;

/** The whole diagram in the middle of the screen, not larger than it is. */
export function fitted(layout: Size, screen: Size): View {
  const fits = (space: number, needed: number) => Math.max(space - 2 * MARGIN, 1) / Math.max(needed, 1);
  const scale = Math.max(LEAST, Math.min(1, fits(screen.width, layout.width), fits(screen.height, layout.height)));
  return { scale, x: (screen.width - layout.width * scale) / 2, y: (screen.height - layout.height * scale) / 2 };
}

/** Larger or smaller, with a point of the screen kept where it is. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }): View {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  const real = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real };
}

/** With a point of the diagram in the middle of the screen. */
export function centred(view: View, at: { x: number; y: number }, screen: Size): View {
  return { scale: view.scale, x: screen.width / 2 - at.x * view.scale, y: screen.height / 2 - at.y * view.scale };
}

/** A part of the diagram. */
export interface Window {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is seen, with a quarter of a screen around it, in steps, so that it seldom changes while the diagram is moved. */
export function windowOf(view: View, screen: Size): Window {
  const step = Math.max(screen.width, screen.height) / 4 / view.scale;
  const low = (value: number) => Math.floor(value / step) * step - step;
  const [x, y] = [low(-view.x / view.scale), low(-view.y / view.scale)];
  return { x, y, width: screen.width / view.scale + 3 * step, height: screen.height / view.scale + 3 * step };
}

/** Whether a box is in a window. */
export function isIn(box: Window, window: Window): boolean {
  return (
    box.x < window.x + window.width &&
    window.x < box.x + box.width &&
    box.y < window.y + window.height &&
    window.y < box.y + box.height
  );
}

/** From so many boxes on, only those that are seen are in the page. */
export const MANY = 300;

/** So many boxes are drawn one by one; more are drawn as areas. */
export const MOST_BOXES = 700;

/** The part of a layout that is in a window. */
export function partIn(layout: Layout, window: Window): Layout {
  if (layout.boxes.length <= MANY) return layout;
  const boxes = layout.boxes.filter((box) => isIn(box, window));
  const entries = new Set(boxes.map((box) => box.entry));
  const lines = layout.lines.filter(({ reference }) => entries.has(reference.from) || entries.has(reference.to));
  return { ...layout, boxes, lines, frames: layout.frames.filter((frame) => isIn(frame, window)) };
}
