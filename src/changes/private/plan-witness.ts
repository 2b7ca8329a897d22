import { JudgedExample } from './plan-judge';
import { decidingOnly, endName } from './witnesses';

/** A connection as messages have it. */
interface ConnectionText {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

/** The connection of an example. A pod that could exist has its address and the names of its ports if they decide. */
export function connectionOf({ witness, states }: JudgedExample): ConnectionText {
  const { source, destination, protocol, port } = decidingOnly(witness, states);
  // Every state has the same namespaces and pods.
  const [from, to] = [source, destination].map(end => endName(end, 0));
  return { from, to, port: `${protocol} ${port}` };
}
