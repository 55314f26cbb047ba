import type { KeyAction, Settings } from "../../app/ports";
import type { Tried } from "../../core/types";
import type { IconName } from "../kit/icons";
import { keyName } from "../texts";
import type { InputDevice } from "./device";

/** What a step is about. */
export type Task = "walk" | "look" | "sit" | "find";

export interface GuideStep {
  readonly task: Task;
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
}

/** Four steps of five seconds: walk, look, sit, find somebody. `more`: the help is under More, as on a phone. */
export function guideSteps(device: InputDevice, settings: Settings, more = false): GuideStep[] {
  const key = (action: KeyAction, fallback: string): string => {
    const code = settings.keysOn ? settings.keys[action][0] : undefined;
    return code === undefined ? fallback : keyName(code);
  };
  const find: GuideStep = {
    icon: "map",
    task: "find",
    title: "Find your way",
    text: `People and Map take you to anyone and anywhere with “Go to”. Help shows this guide again: it is ${more ? "under More" : "in the bar below"}.`,
  };
  if (device === "touch")
    return [
      {
        icon: "walk",
        task: "walk",
        title: "Walk",
        text: "Push the joystick at the bottom left, or tap where you want to walk.",
      },
      {
        icon: "eye",
        task: "look",
        title: "Look",
        text: "Slide a finger over the picture, or use Turn in the bar below.",
      },
      { icon: "sit", task: "sit", title: "Sit", text: "Near a seat a button appears: press it to sit down." },
      find,
    ];
  if (device === "gamepad")
    return [
      { icon: "gamepad", task: "walk", title: "Walk", text: "Left stick. Hold a trigger to run." },
      { icon: "eye", task: "look", title: "Look", text: "Right stick." },
      {
        icon: "sit",
        task: "sit",
        title: "Sit",
        text: "Near a seat press the lower of the four buttons; again to stand up.",
      },
      find,
    ];
  const letters = [key("forward", ""), key("left", ""), key("back", ""), key("right", "")].filter(Boolean).join(" ");
  return [
    {
      icon: "keyboard",
      task: "walk",
      title: "Walk",
      text: `${letters ? `${letters} or the arrow keys` : "Arrow keys"} (left and right turn). Hold ${key("run", "Shift")} to run. Or click on the floor.`,
    },
    {
      icon: "eye",
      task: "look",
      title: "Look",
      text: `Drag the picture, or press ${key("turnLeft", "Turn view below")} and ${key("turnRight", "its arrows")}.`,
    },
    {
      icon: "sit",
      task: "sit",
      title: "Sit",
      text: `Near a seat press ${key("sit", "the button that appears")}; again to stand up.`,
    },
    find,
  ];
}

/** What was tried, and how often people or map were opened. */
export interface Progress extends Tried {
  readonly finds: number;
}

/** A drag or key press that is meant turns the view by this at least, radians. */
const LOOKED_RAD = 0.12;

/** Whether a step was done between two moments. */
export function done(task: Task, since: Progress, now: Progress): boolean {
  switch (task) {
    case "walk":
      return now.walks > since.walks;
    case "look":
      return now.turned - since.turned >= LOOKED_RAD;
    case "sit":
      return now.sits > since.sits;
    case "find":
      return now.finds > since.finds;
  }
}
