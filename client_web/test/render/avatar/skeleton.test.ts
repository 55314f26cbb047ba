import { describe, expect, it } from "vitest";
import { applyPose } from "../../../src/render/avatar/pose";
import { newMotion } from "../../../src/render/avatar/motion";
import {
  BONES,
  FOOT_L,
  FOOT_R,
  HAND_R,
  HEAD,
  JOINT,
  PARENT,
  Pose,
  ROW_FLOATS,
  type Stance,
  UPPER_ARM_R,
  writeBones,
} from "../../../src/render/avatar/skeleton";

const HERE: Stance = { x: 0, y: 0, z: 0, yaw: 0, width: 1, height: 1 };

/** Where a point of the rest figure is after skinning with one bone. */
export function skinned(rows: Float32Array, bone: number, p: readonly [number, number, number]): number[] {
  const at = bone * 12;
  return [0, 1, 2].map((r) => {
    const i = at + r * 4;
    return rows[i]! * p[0] + rows[i + 1]! * p[1] + rows[i + 2]! * p[2] + rows[i + 3]!;
  });
}

function bones(pose: Pose, stance: Stance = HERE): Float32Array {
  const rows = new Float32Array(ROW_FLOATS);
  writeBones(rows, 0, pose, stance);
  return rows;
}

const joint = (bone: number): [number, number, number] => [
  JOINT[bone * 3]!,
  JOINT[bone * 3 + 1]!,
  JOINT[bone * 3 + 2]!,
];

describe("skeleton", () => {
  it("has parents before children", () => {
    for (let bone = 1; bone < BONES; bone++) expect(PARENT[bone]).toBeLessThan(bone);
  });

  it("leaves everything in place in the rest pose", () => {
    const rows = bones(new Pose());
    for (let bone = 0; bone < BONES; bone++) {
      skinned(rows, bone, [0.3, 1.2, -0.4]).forEach((v, i) => expect(v).toBeCloseTo([0.3, 1.2, -0.4][i]!, 5));
    }
  });

  it("lifts the hand forward when the arm turns about x", () => {
    const pose = new Pose();
    pose.set(UPPER_ARM_R, Math.PI / 2);
    const hand = skinned(bones(pose), HAND_R, joint(HAND_R));
    expect(hand[2]).toBeLessThan(-0.4);
    expect(hand[1]).toBeCloseTo(JOINT[UPPER_ARM_R * 3 + 1]!, 1);
  });

  it("lifts the right hand to the right when the arm turns about z", () => {
    const pose = new Pose();
    pose.set(UPPER_ARM_R, 0, 0, Math.PI / 2);
    expect(skinned(bones(pose), HAND_R, joint(HAND_R))[0]).toBeGreaterThan(0.6);
  });

  it("looks along the yaw of three.js: a quarter turn left looks along -x", () => {
    const rows = bones(new Pose(), { x: 10, y: 2, z: -5, yaw: Math.PI / 2, width: 1, height: 1 });
    const nose = skinned(rows, HEAD, [0, 1.5, -1]);
    expect(nose[0]).toBeCloseTo(9, 5);
    expect(nose[1]).toBeCloseTo(3.5, 5);
    expect(nose[2]).toBeCloseTo(-5, 5);
  });

  it("scales with the build", () => {
    const rows = bones(new Pose(), { ...HERE, width: 1.1, height: 0.9 });
    expect(skinned(rows, HEAD, [0.1, 1.7, 0])[0]).toBeCloseTo(0.11, 5);
    expect(skinned(rows, HEAD, [0.1, 1.7, 0])[1]).toBeCloseTo(1.53, 5);
  });
});

describe("poses", () => {
  const sole = (rows: Float32Array): number =>
    Math.min(
      ...[FOOT_L, FOOT_R].map((foot) => {
        const [x, , z] = joint(foot);
        return Math.min(skinned(rows, foot, [x, 0, z - 0.12])[1]!, skinned(rows, foot, [x, 0, z + 0.06])[1]!);
      }),
    );

  it("keep a walker's lower foot on the ground", () => {
    const pose = new Pose();
    for (let k = 0; k < 40; k++) {
      applyPose(pose, { ...newMotion(1), sit: 0, walk: 1, run: 0, phase: k / 40 });
      expect(Math.abs(sole(bones(pose)))).toBeLessThan(0.07);
    }
  });

  it("let a runner leave the ground by a hand's breadth at most, and never sink", () => {
    const pose = new Pose();
    for (let k = 0; k < 40; k++) {
      applyPose(pose, { ...newMotion(1), sit: 0, walk: 1, run: 1, phase: k / 40 });
      expect(sole(bones(pose))).toBeGreaterThan(-0.09);
      expect(sole(bones(pose))).toBeLessThan(0.13);
    }
  });

  it("seat the hips at the height of the chair, knees in front, feet near the floor", () => {
    const pose = new Pose();
    applyPose(pose, { ...newMotion(1), sit: 1, hip: 0.45 });
    const rows = bones(pose);
    expect(skinned(rows, HEAD, joint(HEAD))[1]).toBeLessThan(1.15);
    expect(skinned(rows, FOOT_L, joint(FOOT_L))[2]).toBeLessThan(-0.2);
    expect(Math.abs(sole(rows))).toBeLessThan(0.12);
  });

  it("raise the hand over the head", () => {
    const pose = new Pose();
    applyPose(pose, { ...newMotion(1), sit: 0, hand: 1 });
    expect(skinned(bones(pose), HAND_R, joint(HAND_R))[1]).toBeGreaterThan(1.65);
  });

  it("move the arms for every emote, and stand still with reduced motion", () => {
    const rest = new Pose();
    const pose = new Pose();
    const later = new Pose();
    const calm = { ...newMotion(1), sit: 0, sway: 0 };
    applyPose(rest, calm);
    for (let emote = 1; emote <= 5; emote++) {
      applyPose(pose, { ...calm, emote, emoteWeight: 1, emoteTime: 0.3 });
      applyPose(later, { ...calm, time: calm.time + 1, emote, emoteWeight: 1, emoteTime: 0.9 });
      expect(Array.from(pose.angles)).not.toEqual(Array.from(rest.angles));
      expect(Array.from(later.angles)).toEqual(Array.from(pose.angles));
    }
  });
});
