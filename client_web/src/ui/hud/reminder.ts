/** "You have been here for an hour and 30 minutes." */
export function spentText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [
    hours > 0 ? `${hours} ${hours === 1 ? "hour" : "hours"}` : "",
    rest > 0 ? `${rest} minutes` : "",
  ].filter(Boolean);
  return `You have been here for ${parts.join(" and ")}. Time for a short break?`;
}
