import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { assembled, type Documents, template } from "../assemble.ts";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
];

/** A page in a browser, with everything that it should not do. */
export interface Opened {
  page: Page;
  /** Requests besides that of the file, errors, and violations of the policy. */
  faults: string[];
}

/** A browser with a profile of its own. */
export class Browser {
  private constructor(
    private readonly context: BrowserContext,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "belljar-page-"));
    const context = await chromium.launchPersistentContext(join(folder, "profile"), {
      executablePath: PROGRAM,
      headless: true,
      args: FLAGS,
      viewport: { width: 1360, height: 860 },
      acceptDownloads: true,
    });
    return new Browser(context, folder);
  }

  /** Writes a page to a file, and opens it. */
  async open(documents: Documents, name: string, hash = ""): Promise<Opened> {
    const file = join(this.folder, `${name}.html`);
    writeFileSync(file, assembled(template(), documents));
    return this.openFile(file, hash);
  }

  /** Opens a file. */
  async openFile(file: string, hash = ""): Promise<Opened> {
    const page = await this.context.newPage();
    const faults: string[] = [];
    const address = file === "about:blank" ? file : pathToFileURL(file).href;
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(address) && !url.startsWith("data:") && !url.startsWith("blob:")) faults.push(`request ${url}`);
    });
    page.on("requestfailed", (request) => {
      // A request that the policy blocks is not made, and reported as a violation.
      const at = faults.indexOf(`request ${request.url()}`);
      if (at >= 0 && request.failure()?.errorText === "csp") faults.splice(at, 1);
    });
    page.on("pageerror", (error) => faults.push(`error ${error.message}`));
    page.on("console", (message) => message.type() === "error" && faults.push(`console ${message.text()}`));
    page.on("dialog", (dialog) => {
      faults.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy ${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    await page.goto(address + hash);
    if (file !== "about:blank") await page.waitForSelector("main");
    return { page, faults };
  }

  async stop(): Promise<void> {
    await this.context.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
