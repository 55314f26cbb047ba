/** The building: reads venue.glb and sorts its nodes into what stands still, swings, shows pictures or shimmers. */

import { Box3, Group, type InstancedMesh, type Material, type Mesh, type Object3D, Vector3 } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import type { Venue } from "../../core/venue";
import type { RoomBoards } from "../../app/ports";
import { DoorSigns } from "./door_signs";
import { Doors } from "./doors";
import { type Finish, VenueMaterials } from "./materials";
import { RayGrid } from "./ray_grid";
import { Screens } from "./screens";
import { SeatIndex } from "./seats";

/** The file of the building cannot be read; `message` is for the person. */
export class VenueError extends Error {
  readonly code = "venue_unreadable";

  constructor(why: string) {
    super(`The building could not be shown: ${why} Reload the page; if it stays, tell the organisers.`);
    this.name = "VenueError";
  }
}

export class LoadedVenue {
  readonly group = new Group();
  readonly doors: Doors;
  readonly screens: Screens;
  readonly rays = new RayGrid();
  readonly seats: SeatIndex;
  private readonly signs: DoorSigns;
  readonly materials = new VenueMaterials();
  /** Instanced furniture (chairs) and where it stands. */
  private readonly furniture: { readonly mesh: InstancedMesh; readonly box: Box3 }[] = [];

  constructor(venue: Venue) {
    this.doors = new Doors((door) => venue.doors.findIndex((one) => one.id === door));
    this.screens = new Screens(venue);
    this.seats = new SeatIndex(venue.seats);
    this.signs = new DoorSigns(venue, (x, y, z, dx, dy, dz, most) =>
      Math.min(most, this.rays.cast(x, y, z, dx, dy, dz, most)?.t ?? most),
    );
    this.group.add(this.signs.group);
  }

  /** What screens and door signs say. */
  showRooms(boards: RoomBoards): void {
    this.screens.show(boards);
    this.signs.show(boards);
  }

  addFurniture(mesh: InstancedMesh): void {
    mesh.computeBoundingBox();
    this.furniture.push({ mesh, box: mesh.boundingBox!.clone().applyMatrix4(mesh.matrixWorld) });
  }

  /** Leaves out chairs farther away than `metres`: a thousand of them stand behind walls most of the time. */
  cull(eye: Vector3, metres: number): void {
    for (const { mesh, box } of this.furniture) mesh.visible = box.distanceToPoint(eye) < metres;
  }

  /** After the materials' finish changed. */
  swapMaterials(): void {
    this.group.traverse((node) => {
      const mesh = node as Mesh;
      if (mesh.isMesh) mesh.material = this.materials.use(mesh.material as Material);
    });
  }

  dispose(): void {
    this.group.traverse((node) => {
      const mesh = node as Mesh & Partial<InstancedMesh>;
      if (!mesh.isMesh) return;
      mesh.geometry.dispose();
      if (mesh.isInstancedMesh) (mesh as InstancedMesh).dispose();
    });
    this.screens.dispose();
    this.signs.dispose();
    this.materials.dispose();
  }
}

/** Rejects with VenueError. Gives the browser a breath between steps, so that the page stays alive. */
export async function loadVenue(
  glb: ArrayBuffer,
  venue: Venue,
  finish: Finish,
  onProgress: (progress: number) => void,
): Promise<LoadedVenue> {
  const loader = new GLTFLoader();
  let scene: Object3D;
  try {
    scene = (await loader.parseAsync(glb, "")).scene;
  } catch {
    throw new VenueError("its file is damaged.");
  }
  onProgress(0.4);
  const loaded = new LoadedVenue(venue);
  loaded.materials.setFinish(finish);
  loaded.group.add(scene);
  scene.updateMatrixWorld(true);
  const meshes: Mesh[] = [];
  sortNodes(scene, loaded, meshes);
  for (let i = 0; i < meshes.length; i++) {
    addToGrid(loaded.rays, meshes[i]!);
    if (i % 12 === 11) {
      onProgress(0.4 + (0.4 * i) / meshes.length);
      await breath();
    }
  }
  loaded.rays.finish();
  onProgress(0.85);
  return loaded;
}

function sortNodes(node: Object3D, loaded: LoadedVenue, still: Mesh[]): void {
  const leaf = node.name.startsWith("Leaf_") && loaded.doors.add(node);
  if (!leaf) freeze(node);
  const mesh = node as Mesh & Partial<InstancedMesh>;
  if (mesh.isMesh) {
    if (node.name.startsWith("Screen_")) loaded.screens.dress(mesh, node.name);
    else mesh.material = loaded.materials.use(mesh.material as Material);
    const solid = !mesh.isInstancedMesh && !(mesh.material as Material).transparent;
    if (solid && !insideLeaf(node)) still.push(mesh);
    if ((mesh.material as Material).transparent) mesh.renderOrder = 2;
    if (mesh.isInstancedMesh) loaded.addFurniture(mesh as InstancedMesh);
  }
  for (const child of node.children) sortNodes(child, loaded, still);
}

function insideLeaf(node: Object3D): boolean {
  for (let at: Object3D | null = node; at; at = at.parent) if (at.name.startsWith("Leaf_")) return true;
  return false;
}

/** Matrices of what stands still are worked out once. */
function freeze(node: Object3D): void {
  node.matrixAutoUpdate = false;
  node.matrixWorldAutoUpdate = false;
}

const a = new Vector3();
const b = new Vector3();
const c = new Vector3();

function addToGrid(grid: RayGrid, mesh: Mesh): void {
  const { index } = mesh.geometry;
  const position = mesh.geometry.getAttribute("position");
  const n = index ? index.count : position.count;
  for (let i = 0; i + 2 < n; i += 3) {
    a.fromBufferAttribute(position, index ? index.getX(i) : i).applyMatrix4(mesh.matrixWorld);
    b.fromBufferAttribute(position, index ? index.getX(i + 1) : i + 1).applyMatrix4(mesh.matrixWorld);
    c.fromBufferAttribute(position, index ? index.getX(i + 2) : i + 2).applyMatrix4(mesh.matrixWorld);
    grid.add(a.x, a.y, a.z, b.x, b.y, b.z, c.x, c.y, c.z);
  }
}

function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
