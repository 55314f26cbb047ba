/** Reading and writing captions, as one chunk: loaded when somebody opens them. */

export { default as CaptionsTab } from "./CaptionsTab.svelte";
export { default as WriteTab } from "./WriteTab.svelte";
