/** Colours by meaning, as banners and badges have them. */
export type Tone = "plain" | "info" | "sun" | "danger" | "good";
