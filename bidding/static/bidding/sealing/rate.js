// How fast a long step goes and how long it will still take: an average over the last seconds.

const WINDOW = 10_000;

export class Rate {
  /**
   * @param {number} total bytes
   * @param {() => number} [now] milliseconds
   */
  constructor(total, now = () => performance.now()) {
    this.total = total;
    this.now = now;
    this.bytes = 0;
    /** @type {{at: number, bytes: number}[]} */
    this.marks = [{ at: now(), bytes: 0 }];
  }

  /**
   * Count bytes that were there already: they say nothing about the speed.
   * @param {number} bytes
   */
  skip(bytes) {
    this.bytes += bytes;
    for (const mark of this.marks) mark.bytes += bytes;
  }

  /** @param {number} bytes */
  add(bytes) {
    this.bytes += bytes;
    const at = this.now();
    this.marks.push({ at, bytes: this.bytes });
    while (this.marks.length > 2 && at - (this.marks[1]?.at ?? at) > WINDOW) this.marks.shift();
  }

  /** Give bytes done, total, bytes a second, and seconds left (Infinity before anything moved). */
  progress() {
    const first = this.marks[0] ?? { at: this.now(), bytes: 0 };
    const seconds = (this.now() - first.at) / 1000;
    const rate = seconds > 0 ? (this.bytes - first.bytes) / seconds : 0;
    const left = this.total - this.bytes;
    return { bytes: this.bytes, total: this.total, rate, remaining: left ? left / rate : 0 };
  }
}
