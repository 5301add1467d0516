import type { PageData, Part } from "./types.ts";

/** Lets the browser draw and answer, if the current task has run for a while. */
export function pacer(budget = 24): () => Promise<void> {
  let started = performance.now();
  return async () => {
    if (performance.now() - started < budget) return;
    await pause();
    started = performance.now();
  };
}

/** Ends the current task. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/** The bytes behind base64. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const result = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) result[i] = characters.charCodeAt(i);
  return result;
}

/** Unpacks and parses the data of one part. */
async function unpacked(data: unknown): Promise<unknown> {
  if (typeof data !== "string") throw new Error("a packed part is no text");
  const stream = new Blob([bytes(data)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/** Reads the parts of the page one after another, and pauses between them. */
export async function readParts(text: string, take: (part: Part) => void): Promise<void> {
  const data = JSON.parse(text) as PageData;
  if (data?.format?.split(".")[0] !== "1") throw new Error("this file contains no schema that the page can read");
  const breathe = pacer();
  for (const part of data.parts) {
    take(data.encoding === "deflate" ? { ...part, data: await unpacked(part.data) } : part);
    await breathe();
  }
}
