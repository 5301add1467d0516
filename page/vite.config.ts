import { defineConfig } from "vite";
import { oneFile } from "./build/one-file.ts";

export default defineConfig({
  plugins: [oneFile()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    outDir: "dist",
    emptyOutDir: false,
  },
});
