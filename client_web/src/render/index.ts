/** The renderer's door to the rest of the client (app/ports.ts). Loaded lazily: everything with three.js is behind it. */

import type { CreateRenderer } from "../app/ports";
import { ThreeRenderer } from "./renderer";

export const createRenderer: CreateRenderer = () => new ThreeRenderer();
export { createAvatarPreview } from "./preview";
export { NoWebGL2Error } from "./context";
export { VenueError } from "./venue/load";
