export type SidePanel = "people" | "help" | "programme" | "rooms" | "notices" | "talk";
export type TalkTab = "watch" | "captions" | "write" | "desk" | "slides" | "sign" | "stage" | "monitor";
export type DialogName = "map" | "settings" | "leave";
export type PeopleTab = "all" | "near";
export type SettingsTab = "look" | "picture" | "sound" | "moving" | "keys" | "reading";

/** Which panels are open in the hall: one side panel and one dialog at most. */
export class Panels {
  side = $state<SidePanel | null>(null);
  dialog = $state<DialogName | null>(null);
  /** Room chosen on the small map. */
  mapRoom = $state<number | null>(null);
  settingsTab = $state<SettingsTab>("picture");
  /** Everybody in the venue, or what is around. */
  peopleTab = $state<PeopleTab>("all");
  guide = $state(false);
  /** The talk in a window of its own, and of which room: "" of the one where I am. */
  player = $state(false);
  watched = $state("");
  talkTab = $state<TalkTab>("watch");
  /** Of what stays at the top of the view, CSS pixels: windows over the view stand below it. */
  stripHeight = $state(0);
  /** How often People or Map were opened: the guide goes on by it. */
  finds = $state(0);

  /** Shows the talk of a room, whether I am there or not. */
  watch(room: string): void {
    this.watched = room;
    this.player = true;
  }

  /** Shows how the talk of a room gets on, for its staff. */
  monitor(room: string): void {
    this.watched = room;
    this.talkTab = "monitor";
    this.side = "talk";
  }

  /** Opens a part of the talk of a room, whether I am there or not. */
  talk(room: string, tab: TalkTab): void {
    this.watched = room;
    this.talkTab = tab;
    this.side = "talk";
  }

  toggleSide(panel: SidePanel): void {
    this.side = this.side === panel ? null : panel;
    if (this.side === "people") this.finds++;
  }

  openMap(room: number | null = null): void {
    this.mapRoom = room;
    this.dialog = "map";
    this.finds++;
  }

  openSettings(tab: SettingsTab = "picture"): void {
    this.settingsTab = tab;
    this.dialog = "settings";
  }

  closeAll(): void {
    this.side = null;
    this.dialog = null;
    this.player = false;
    this.watched = "";
    this.guide = false;
  }
}
