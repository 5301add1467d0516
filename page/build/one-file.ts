import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** The name of the built file. */
const NAME = "page.html";

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
  return script.trim().replaceAll(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
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
      script = enclosed(script);
      style = style.trim();
      const meta = `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}" />`;
      const source = html
        .replaceAll(/\s*<script type="module"[^>]*><\/script>|\s*<link rel="stylesheet"[^>]*>/g, "")
        .replace(/<meta charset="utf-8" \/>/, (charset) => `${charset}\n    ${meta}`)
        .replace("</head>", () => `  <style>${style}</style>\n  </head>`)
        .replace("</body>", () => `  <script type="module">${script}</script>\n  </body>`);
      this.emitFile({ type: "asset", fileName: NAME, source });
    },
  };
}
