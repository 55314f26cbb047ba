export type SidePanel = "people" | "help" | "nearby";
export type DialogName = "map" | "settings" | "leave";
export type SettingsTab = "look" | "picture" | "moving" | "keys" | "reading";

/** Which panels are open in the hall: one side panel and one dialog at most. */
export class Panels {
  side = $state<SidePanel | null>(null);
  dialog = $state<DialogName | null>(null);
  /** Room chosen on the small map. */
  mapRoom = $state<number | null>(null);
  settingsTab = $state<SettingsTab>("picture");
  guide = $state(false);

  toggleSide(panel: SidePanel): void {
    this.side = this.side === panel ? null : panel;
  }

  openMap(room: number | null = null): void {
    this.mapRoom = room;
    this.dialog = "map";
  }

  openSettings(tab: SettingsTab = "picture"): void {
    this.settingsTab = tab;
    this.dialog = "settings";
  }

  closeAll(): void {
    this.side = null;
    this.dialog = null;
    this.guide = false;
  }
}
