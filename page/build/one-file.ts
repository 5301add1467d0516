import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** The name of the built file. */
const NAME = "page.html";

/** The texts of licences, which the packages of Belljar contain too. */
const KEPT = new URL("../../packaging/licences/", import.meta.url);

/** A hash as a Content-Security-Policy names it. */
function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

/**
 * What the page may do: run the one script and apply the one style that were built, and draw pictures that it made itself.
 * It can't connect, load, embed, submit or be given another base address.
 */
export function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Text that can't end the element that contains it. */
function enclosed(script: string): string {
  return script
    .trim()
    .replaceAll(/<\/(script)/gi, "<\\/$1")
    .replaceAll("<!--", "<\\!--");
}

/** A script in ASCII: what writes the page escapes characters, and the policy has the hash of these bytes. */
function ascii(script: string): string {
  return script.replaceAll(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A style in ASCII, for the same reason. */
function asciiStyle(style: string): string {
  return style.replaceAll(/[^\x00-\x7e]/gu, (character) => `\\${character.codePointAt(0)?.toString(16)} `);
}

/** What a CI system could take for a command, and what a terminal could. */
const LOG = /[^\x20-\x7e]|##|_fold|_time|_star|_end:|^ *[:+~^-]/;

/** Fails for lines that Belljar's output would escape, as a CI system could take them for commands. */
function checkLines(html: string): void {
  const bad = html.split("\n").find((line) => LOG.test(line));
  if (bad !== undefined) {
    const at = bad.search(LOG);
    throw new Error(`a line of the page would be escaped: ${JSON.stringify(bad.slice(Math.max(0, at - 60), at + 60))}`);
  }
}

/** The licences of the packages in the page, which stay with every copy of it. */
function licences(): string {
  const texts = readdirSync(KEPT)
    .filter((name) => name.endsWith("(MIT).txt"))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(encodeURIComponent(name), KEPT), "utf8");
      return `${name.replace(/ \(MIT\)\.txt$/, "")}:\n\n${text}`;
    });
  return `<!--\nThis page contains these packages, under the MIT licence.\n\n${texts.join("\n").trimEnd()} -->`;
}

/** Puts the script and the style into the HTML, which is then the only file of the build. */
export function oneFile(): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      let script = "";
      let style = "";
      let html = "";
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk") script += file.code;
        else if (name.endsWith(".css")) style += file.source;
        else if (name.endsWith(".html")) html += file.source;
        else throw new Error(`the page can't contain ${name}`);
        delete bundle[name];
      }
      script = enclosed(ascii(script));
      style = asciiStyle(style.trim());
      const meta = `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}" />`;
      const source = html
        .replaceAll(/\s*<script type="module"[^>]*><\/script>|\s*<link rel="stylesheet"[^>]*>/g, "")
        .replace(/<meta charset="utf-8" \/>/, (charset) => `${charset}\n    ${meta}`)
        .replace("</head>", () => `  <style>${style}</style>\n  </head>`)
        .replace("</body>", () => `  <script type="module">${script}</script>\n    ${licences()}\n  </body>`);
      checkLines(source);
      this.emitFile({ type: "asset", fileName: NAME, source });
    },
  };
}
