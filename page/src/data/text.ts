/** Characters that are not seen, or that change the order of what stands around them. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text of the schema, with its unseen characters as their numbers, so that it can't look like other text. */
export function seen(text: string): string {
  return text.replaceAll(UNSEEN, (character) => `⟨${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** Prose of the schema: as `seen`, but with its lines. */
export function prose(text: string): string {
  return text.split(/\r?\n/).map(seen).join("\n");
}

/** `1 table`, `2 tables`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Words for a code: `not_affected` as `not affected`. */
export function words(code: string): string {
  return code.replaceAll(/[_-]/g, " ");
}

/** The end of a long name replaced, so that it has at most so many characters. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
