/** A list of whole numbers of 32 bits that grows. */
export class IntList {
  private items: Int32Array;
  private count = 0;

  /** `room`: how many there is room for at first. */
  constructor(room: number) {
    this.items = new Int32Array(room);
  }

  public get length(): number { return this.count; }

  /** Returns where the number is. */
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
