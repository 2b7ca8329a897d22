import { Origin } from './origin';
import { ApiResource } from '../api/objects';

/** An API object as it was read, and where it is written. */
export interface Resource {
  readonly object: ApiResource;
  readonly origin: Origin;
  /** It comes from a file that was named, or from standard input, rather than found in a folder. */
  readonly named: boolean;
}
