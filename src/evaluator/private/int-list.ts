/** A list of 32-bit integers that grows. */
export class IntList {
  private items: Int32Array;
  private count = 0;

  /** `capacity`: how many there is room for at first. */
  constructor(capacity: number) {
    this.items = new Int32Array(capacity);
  }

  public get length(): number { return this.count; }

  /** Returns the index of the number. */
  public push(item: number): number {
    if (this.count === this.items.length) {
      const larger = new Int32Array(Math.max(16, this.items.length * 2));
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.count] = item;
    return this.count++;
  }

  public set(at: number, item: number): void {
    this.items[at] = item;
  }

  public toArray(): Int32Array {
    return this.items.slice(0, this.count);
  }
}
