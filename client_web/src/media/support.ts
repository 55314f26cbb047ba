/** What this browser can do with sound and pictures, and what to tell the person about what it cannot. */

import type { MediaSupport } from "./api";
import { hasAudioDecoder } from "./opus_decoding";
import { hasAudioEncoder } from "./opus_encoding";
import { hasVideoEncoder } from "./picture_encoding";

const USE = "Use a current Chrome, Edge, Firefox or Safari for that.";

export function hasVideoDecoder(): boolean {
  return typeof VideoDecoder === "function" && typeof EncodedVideoChunk === "function";
}

export function supportOf(): MediaSupport {
  const worklets = typeof AudioWorkletNode === "function";
  const video = hasVideoDecoder();
  const audio = !worklets ? "none" : hasAudioDecoder() ? "browser" : typeof WebAssembly === "object" ? "wasm" : "none";
  const publishAudio = worklets && hasAudioEncoder();
  const publishVideo = hasVideoEncoder();
  return { video, audio, publishVideo, publishAudio, note: noteOf(video, audio, publishAudio && publishVideo) };
}

function noteOf(video: boolean, audio: MediaSupport["audio"], publish: boolean): string {
  if (audio === "none") return `This browser can show slides and captions, but no pictures and no sound. ${USE}`;
  if (!video) return `This browser cannot show pictures of people: you hear them, and see slides and captions. ${USE}`;
  if (!publish) return `You see and hear everybody, but this browser cannot send your own sound or picture. ${USE}`;
  return "";
}
