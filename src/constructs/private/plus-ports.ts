import type { IConstruct } from 'constructs';
import { callError } from '../../cdk8s/call-error';
import { definePlusPorts } from '../../cdk8s/plus-peers';
import { Port } from '../port';

/**
 * Gives a tier or a peer the ports for calls of cdk8s-plus that name none: `deployment.connections.allowTo(tier)`. Without this, cdk8s-plus
 * would allow every port. Such a call throws if there are no ports.
 *
 * @param peer the tier or the peer
 * @param title its name in messages
 * @param ports its own ports, if it has any
 * @param late true if the ports are those of containers, which may change until synth
 */
export function offerPorts(peer: IConstruct, title: string, ports: () => readonly Port[] | undefined, late: boolean): void {
  definePlusPorts(peer, () => {
    const own = ports();
    if (own === undefined) {
      throw callError(title, 'a call of cdk8s-plus names no ports, and this peer has none of its own',
        'write the ports in that call: { ports: [NetworkPolicyPort.tcp(8080)] }');
    }
    return Port._policyPorts(own) ?? [];
  }, late);
}
