import { expect, test } from "vitest";
import { policy } from "../build/one-file.ts";

test("the policy allows the one script and the one style", () => {
  const text = policy("let a = 1", "p{}");
  expect(text).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data: blob:; base-uri 'none'; form-action 'none'$/,
  );
  for (const word of ["unsafe", "*", "http", "connect-src", "worker-src"]) expect(text).not.toContain(word);
});
