// A few official Colyseus clients that look at what they are told: how old is the news of their 64 nearest?
// The load walks on circles, so that a position tells when it was sent (see turia.bench.peer_load).
// Prints one JSON line {ages: [ms], updates: per client and second}.
import { Client } from "@colyseus/sdk";

const plan = JSON.parse(process.env.PLAN); // {url, probes, walkers: [[cx, cz, phase]], radius, omega, epoch_ms, pose_s, warm_s, seconds, near}
const ages = [];
let updates = 0;
let measuring = false;
const turn = 2 * Math.PI;

function sentAgo(x, z, [cx, cz, phase], now) {
  const angle = Math.atan2(z / 100 - cz, x / 100 - cx) - phase;
  const period = turn / plan.omega;
  const sent = ((((angle % turn) + turn) % turn) / turn) * period;
  const elapsed = (now - plan.epoch_ms) / 1000;
  return (((elapsed - sent) % period) + period) % period;
}

/** The nearest of probe k at this moment; the probe stands in the middle of circle k. */
function nearest(k, now) {
  const [px, pz] = plan.walkers[k];
  const elapsed = (now - plan.epoch_ms) / 1000;
  return plan.walkers
    .map(([cx, cz, phase], j) => {
      const angle = phase + plan.omega * elapsed;
      return [(cx + plan.radius * Math.cos(angle) - px) ** 2 + (cz + plan.radius * Math.sin(angle) - pz) ** 2, j];
    })
    .sort((a, b) => a[0] - b[0])
    .slice(0, plan.near)
    .map((pair) => pair[1]);
}

/** A pose (frames.POSE) at a place: the probe stands in the middle of a walker's circle. */
function standing([x, z]) {
  const pose = new DataView(new ArrayBuffer(16));
  pose.setInt16(6, x * 100, true);
  pose.setInt16(10, z * 100, true);
  return new Uint8Array(pose.buffer);
}

for (let p = 0; p < plan.probes; p++) {
  const room = await new Client(plan.url).joinOrCreate("hall", { probe: p });
  room.sendBytes("p", standing(plan.walkers[p]));
  const last = new Map();
  let since = new Map();
  room.onStateChange((state) => {
    if (!measuring || !state.players) return;
    const now = performance.timeOrigin + performance.now();
    for (const [key, player] of state.players) {
      const before = last.get(key);
      if (before && before[0] === player.x && before[1] === player.z) continue;
      updates++;
      last.set(key, [player.x, player.z, now, true]);
    }
    const near = nearest(p, now);
    since = new Map(near.map((j) => [j, since.get(j) ?? now]));
    for (const j of near) {
      const known = last.get(String(j));
      // Nobody is owed news of people far away: unknown ones age from when they came near.
      const nearFor = now - since.get(j);
      if (!known) {
        ages.push(nearFor);
        continue;
      }
      const age = sentAgo(known[0], known[1], plan.walkers[j], now);
      if (known[3]) ages.push(age * 1000);
      else if (age > plan.pose_s) ages.push(Math.min((age - plan.pose_s) * 1000, nearFor));
      known[3] = false;
    }
  });
}
setTimeout(() => (measuring = true), plan.warm_s * 1000);
setTimeout(
  () => {
    const answer = JSON.stringify({ ages, updates: updates / plan.probes / plan.seconds });
    process.stdout.write(answer, () => process.exit(0)); // a pipe takes more than one write
  },
  (plan.warm_s + plan.seconds) * 1000,
);
