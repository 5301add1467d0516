import { useRef } from "preact/hooks";
import { useShortcut } from "./searchbox.tsx";
import { useShared } from "./settings.ts";

const KEYS = [
  ["/", "search"],
  ["?", "this help"],
  ["↑ ↓", "move among found tables, or in the list"],
  ["Enter", "open"],
  ["Esc", "leave the search"],
  ["← ↑ ↓ →", "move a diagram, when it has the focus"],
  ["+ − 0", "scale a diagram, show all of it"],
] as const;

/** The keys, and whether single characters are keys. */
export function Help() {
  const { model, settings, change } = useShared();
  const dialog = useRef<HTMLDialogElement>(null);
  useShortcut("?", settings.shortcuts, () => dialog.current?.showModal());
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()} aria-label="Help" title="Help">
        ?
      </button>
      <dialog ref={dialog} aria-label="Help">
        <h2>Keys</h2>
        <dl class="facts">
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input
            type="checkbox"
            checked={settings.shortcuts}
            onChange={(event) => change({ shortcuts: event.currentTarget.checked })}
          />
          / and ? are keys outside of fields
        </label>
        <p class="aside">Made by Belljar {model.meta.belljar ?? ""}. This file makes no request.</p>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
