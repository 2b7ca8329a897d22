import { isPortKnown, mayHavePort } from './party-members';
import { Universe } from './universe';
import { namedPortKey } from '../../k8s/workloads';
import { Claim, namedParties, PairClaim } from '../claim';
import { hasAddresses, Party } from '../party';

/**
 * Why there is nothing to judge, with the fix; undefined if there is something.
 *
 * @param isEmpty true if no pod and no address is in a party
 */
export function nothingToJudge(universe: Universe, claim: Claim, isEmpty: (party: Party) => boolean): string | undefined {
  const empty = namedParties(claim).find(isEmpty);
  if (empty !== undefined) {
    return claim.onlyDeclared
      ? `the input declares no pod of '${empty.name}', and the claim is about declared pods only: correct the labels, or leave the scope out`
      : `no pod and no address can be '${empty.name}', because its selector contradicts itself or the labels of the namespaces: correct the selector`;
  }
  return ('target' in claim ? addressAsTarget(claim.kind, claim.target) : pairWithoutPods(claim)) ?? unknownPort(universe, claim);
}

function addressAsTarget(kind: Claim['kind'], target: Party): string | undefined {
  if (!hasAddresses(target) || target.unread !== undefined) { return undefined; }
  const what = target.parts.every(part => part.kind === 'addresses') ? 'is not a pod' : 'has addresses that belong to no pod';
  return `${kind} is about pods, and ${target.name} ${what}: write 'allowed' or 'denied' for an address`;
}

function pairWithoutPods({ from, to }: PairClaim): string | undefined {
  if ([from, to].every(({ parts }) => parts.every(({ kind }) => kind === 'addresses'))) {
    return `${from.name} and ${to.name} are both addresses, and no policy decides about traffic between them: name a pod on one side`;
  }
  return areOnePod(from, to) ? `${from.name} and ${to.name} are the same pod, and a pod always reaches itself: name another pod on one side` : undefined;
}

/** Two names of one and the same Pod object. A workload has several pods. */
function areOnePod(a: Party, b: Party): boolean {
  const [one, other] = [a, b].map(({ parts: [part, ...others] }) => part.kind === 'declared' && others.length === 0 ? part : undefined);
  return one !== undefined && one.workload.kind === 'Pod' && one.pods[0] === other?.pods[0];
}

/** The error about a port name of the claim that no pod has. */
function unknownPort(universe: Universe, claim: Claim): string | undefined {
  const destination = 'from' in claim ? claim.to : claim.kind === 'admitsOnly' ? claim.target : undefined;
  const isKnown = (name: string) => destination === undefined ? isPortKnown(universe, name) : mayHavePort(universe, destination, name);
  for (const port of claim.ports ?? []) {
    if (!('name' in port) || isKnown(namedPortKey(port))) { continue; }
    const who = destination === undefined ? 'no pod and no policy has' : `${destination.name.startsWith('pods ') ? 'none of the' : 'no pod of'} ${destination.name} has`;
    return `${who} a ${port.protocol} port with the name '${port.name}': correct the name, or write the number of the port`;
  }
  return undefined;
}
