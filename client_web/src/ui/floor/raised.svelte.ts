/** How many hands ask where I give the microphone: for the button that leads there. One for each view. */

export class RaisedCount {
  count = $state(0);
}

const counts = new WeakMap<object, RaisedCount>();

export function raisedOf(store: object): RaisedCount {
  let found = counts.get(store);
  if (found === undefined) {
    found = new RaisedCount();
    counts.set(store, found);
  }
  return found;
}
