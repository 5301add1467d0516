import { render } from "preact";
import { App } from "./app.tsx";
import { Collector } from "./data/model.ts";
import { readParts } from "./data/read.ts";
import "./style.css";

/** Reads the data of the file, and shows it. */
async function start(root: HTMLElement): Promise<void> {
  const collector = new Collector();
  await readParts(document.getElementById("belljar-data")?.textContent ?? "", (part) => collector.take(part));
  const model = await collector.build();
  root.replaceChildren();
  render(<App model={model} />, root);
  performance.mark("shown");
}

const root = document.getElementById("page");
if (root) {
  start(root).catch((error: unknown) => {
    const message = document.createElement("p");
    message.className = "boot";
    message.textContent = `The schema in this file can't be shown: ${String(error)}`;
    root.replaceChildren(message);
  });
}
