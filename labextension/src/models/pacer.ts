/** Milliseconds between two renderings when rendering is quick: two a second. */
const SHORTEST = 500;
const LONGEST = 2000;
/** The model may run on the same cores: rendering gets this share of one of them. */
const SHARE = 0.02;

/** Says how long to wait between renderings so that they cost little, however slow they are. */
export class Pacer {
  /** Milliseconds from one rendering to the next. */
  get interval(): number {
    return Math.min(LONGEST, Math.max(SHORTEST, this._cost / SHARE));
  }

  /** Note what a rendering cost, in milliseconds. */
  note(cost: number): void {
    // The latest counts most: a block that grows gets dearer with every rendering.
    this._cost = this._cost === 0 ? cost : 0.4 * this._cost + 0.6 * cost;
  }

  private _cost = 0;
}
