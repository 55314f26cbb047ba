/** Everything of talks, as one chunk: `load.svelte.ts` gets it when there is a talk. */

export { default as HereTalk } from "./HereTalk.svelte";
export { default as TalkHost } from "./TalkHost.svelte";
export { default as TalkMessages } from "./TalkMessages.svelte";
export { default as TalkStrip } from "./TalkStrip.svelte";
