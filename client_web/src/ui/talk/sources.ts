/** What sound and pictures come from, in words. */

import type { MediaSource } from "../../media/api";

export const SOURCE_NAMES: Readonly<Record<MediaSource, string>> = {
  camera: "Camera",
  microphone: "Microphone",
  screen: "Screen",
  screen_audio: "Sound of the screen",
  film: "Film",
  film_audio: "Sound of the film",
  interpreter: "Sign language",
  voice: "Voice",
  echo: "Test",
};
