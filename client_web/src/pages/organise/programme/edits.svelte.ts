/** Edits of the programme from components: says what was odd, and offers to take it back. */

import type { Commands } from "../../../net/event.gen";
import { CommandError } from "../../../net/command_error";
import { sentenceOf, type Site } from "../../site.svelte";

type Edited = Commands["programme.edit_session"]["answer"];

export class Edits {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Does an edit. Null when it was done (`ondone` gets the key of the thing); else what is in its way. */
  async make(
    run: () => Promise<Edited>,
    done: string,
    ondone: (key: string) => void = () => undefined,
  ): Promise<CommandError | null> {
    try {
      const { key, undo, warnings } = await run();
      ondone(key ?? "");
      this.#site.toaster.done(
        undo === "" ? "Nothing was changed." : done,
        undo === "" ? undefined : () => this.undo(undo),
      );
      if (warnings.length > 0) this.#site.toaster.show("warning", warnings.slice(0, 3).join(" "));
      return null;
    } catch (error) {
      if (error instanceof CommandError) return error;
      return new CommandError("internal", sentenceOf(error), false);
    }
  }

  /** The same where there is no form that could show what is in its way. */
  async now(run: () => Promise<Edited>, done: string): Promise<boolean> {
    const problem = await this.make(run, done);
    if (problem !== null) this.#site.toaster.error(problem.message);
    return problem === null;
  }

  undo(edit: string): void {
    void this.#site.attempt(() => this.#site.backbone.do("programme.undo", { edit }), "Taken back.");
  }
}
