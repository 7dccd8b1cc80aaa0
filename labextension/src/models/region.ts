/** A rectangle of a picture: left, top, right, bottom as shares of its size. */
export type Region = readonly [number, number, number, number];

/** A place in a picture, as shares of its width and height. */
export interface IPlace {
  readonly x: number;
  readonly y: number;
}

/** Smaller rectangles are slips of the hand. */
const SMALLEST = 0.02;

/** Where a rectangle begins that is drawn with the keyboard. */
export const CENTRE: Region = [0.25, 0.25, 0.75, 0.75];

/** The rectangle between two corners, within the picture; null for a slip of the hand. */
export function between(one: IPlace, other: IPlace): Region | null {
  const region: Region = [
    clamped(Math.min(one.x, other.x)),
    clamped(Math.min(one.y, other.y)),
    clamped(Math.max(one.x, other.x)),
    clamped(Math.max(one.y, other.y))
  ];
  return region[2] - region[0] < SMALLEST || region[3] - region[1] < SMALLEST
    ? null
    : region;
}

/** The same rectangle elsewhere, stopped by the picture's edges. */
export function moved(region: Region, dx: number, dy: number): Region {
  const [left, top, right, bottom] = region;
  const x = Math.min(Math.max(dx, -left), 1 - right);
  const y = Math.min(Math.max(dy, -top), 1 - bottom);
  return rounded([left + x, top + y, right + x, bottom + y]);
}

/** The rectangle with its lower right corner moved. */
export function resized(region: Region, dx: number, dy: number): Region {
  const [left, top, right, bottom] = region;
  return rounded([
    left,
    top,
    clamped(Math.max(right + dx, left + SMALLEST)),
    clamped(Math.max(bottom + dy, top + SMALLEST))
  ]);
}

/** The rectangle in whole per cent, to be read. */
export function percentOf(region: Region): number[] {
  return region.map(share => Math.round(100 * share));
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function rounded(region: Region): Region {
  const [left, top, right, bottom] = region.map(
    share => Math.round(share * 10_000) / 10_000
  );
  return [left, top, right, bottom];
}
