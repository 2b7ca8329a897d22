import { Path } from './origin';

/**
 * The way from an object to a field inside it, each step hooked to the one before: cheap to go. A path is made
 * of it where there is something to report, and most objects have nothing wrong with them.
 */
export class Trail {
  /** The object itself. */
  public static readonly start = new Trail('', undefined);

  /** The field at a path. */
  public static to(...path: Path): Trail {
    return path.reduce<Trail>((trail, step) => trail.into(step), Trail.start);
  }

  private constructor(private readonly step: string | number, private readonly before: Trail | undefined) {}

  /** One step further: a field, or an item of a list. */
  public into(step: string | number): Trail {
    return new Trail(step, this);
  }

  public get path(): Path {
    const path: (string | number)[] = [];
    for (let { step, before } = this as Trail; before !== undefined; { step, before } = before) { path.unshift(step); }
    return path;
  }
}
