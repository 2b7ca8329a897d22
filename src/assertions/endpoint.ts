import { Construct } from 'constructs';
import { checkArguments, text } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { addressWithPort, cidrFix, looksLikeAddress, looksLikeDomainName, parseAddress, parseCidr } from '../k8s/address';
import { serviceTextOf } from '../query/parties';

/**
 * A workload, a Service or an address by its name, for claims about manifests and other objects that are not tiers.
 */
export class Endpoint extends Construct {
  /**
   * A workload, or one pod, of the manifests.
   *
   * Throws if the name does not have one of the two forms.
   *
   * @param name `namespace/name`, or `namespace/Kind/name` if two workloads share a name. A claim about it throws if the manifests have no
   *   such workload.
   */
  public static workload(name: string): Endpoint {
    checkArguments('Endpoint.workload(...)', { name: [name, text("'shop/backend'")] });
    if (looksLikeAddress(name)) {
      throw callError(`Endpoint.workload('${name}')`, 'name is an address, and not the name of a workload', `write Endpoint.address('${name}')`);
    }
    const service = serviceTextOf(name);
    if (service !== undefined) {
      throw callError(`Endpoint.workload('${name}')`, 'name is that of a Service', `write Endpoint.service('${service.namespace}/${service.name}')`);
    }
    const parts = name.split('/');
    if (parts.length < 2 || parts.length > 3 || parts.includes('')) {
      throw callError(`Endpoint.workload('${name}')`, 'name must have the form namespace/name or namespace/Kind/name',
        parts.length === 1 && name !== '' ? `write the namespace too: 'shop/${name}'` : "write a name such as 'shop/backend'");
    }
    return new Endpoint(name);
  }

  /**
   * The endpoints of a Service of the manifests: its pods, and the addresses that EndpointSlices give it. The ports of a claim are then those of the
   * Service, and the claim is judged on the ports of the endpoints that they lead to.
   *
   * Throws if the name does not have the form. A claim about a Service that the manifests do not have, about an ExternalName, and about a port that the
   * Service does not have throws too.
   *
   * @param name `namespace/name`
   */
  public static service(name: string): Endpoint {
    checkArguments('Endpoint.service(...)', { name: [name, text("'shop/backend'")] });
    const parts = name.split('/');
    if (parts.length !== 2 || parts.includes('')) {
      throw callError(`Endpoint.service('${name}')`, 'name must have the form namespace/name', "write a name such as 'shop/backend'");
    }
    return new Endpoint(`svc/${name}`);
  }

  /**
   * An address, or every address of a block.
   *
   * Throws if it is neither.
   *
   * @param address an IPv4 or IPv6 address (`10.0.0.1`) or a block in CIDR notation (`10.0.0.0/8`). The known address of a pod means that pod.
   */
  public static address(address: string): Endpoint {
    checkArguments('Endpoint.address(...)', { address: [address, text("'10.0.0.1'")] });
    const withPort = addressWithPort(address);
    if (withPort !== undefined) {
      throw callError(`Endpoint.address('${address}')`, 'address has a port', `write '${withPort.address}', and the port in the options of the claim: { ports: [Port.tcp(${withPort.port})] }`);
    }
    // `shop/web` is the name of a workload.
    if (looksLikeDomainName(address) && !/^[^./:]+\//.test(address)) {
      throw callError(`Endpoint.address('${address}')`, 'address is a domain name, and a NetworkPolicy has no domain names: it sees only addresses',
        "write one of its addresses, such as '10.0.0.1', or a block of them; for a workload, Endpoint.workload('shop/backend')");
    }
    const block = parseCidr(address);
    if (parseAddress(address) === undefined && typeof block === 'string') {
      throw callError(`Endpoint.address('${address}')`, `address ${block}`, cidrFix(address) ?? "write an address such as '10.0.0.1', or a block such as '10.0.0.0/8'");
    }
    return new Endpoint(address);
  }

  /** Its name in messages: what the factory was given. */
  public readonly endpointName: string;

  private constructor(name: string) {
    // A root without children, and so a construct like every other party of a claim.
    super(undefined as unknown as Construct, name);
    this.endpointName = name;
  }
}
