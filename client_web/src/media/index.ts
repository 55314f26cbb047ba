/** What is loaded when somebody first watches, hears or sends. */

export { Media, type MediaSessionParts } from "./session";
