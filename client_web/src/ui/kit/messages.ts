/** Context of a component that shows messages: dialogs draw it too, for what lies outside of one is inert. */
export const MESSAGES = Symbol("messages");
