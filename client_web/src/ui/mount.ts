import { mount, unmount } from "svelte";
import type { MountUi } from "../app/ports";
import App from "./App.svelte";
import "./styles/base.css";

/** Puts the entry page and everything over the picture into `target`. */
export const mountUi: MountUi = (target, store, actions) => {
  const app = mount(App, { target, props: { store, actions } });
  return { destroy: () => void unmount(app) };
};
