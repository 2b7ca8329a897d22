import { Construct } from 'constructs';

/**
 * A workload or an address by its name, for claims about manifests and other objects that are not tiers.
 */
export class Endpoint extends Construct {
  /**
   * A workload, or one pod, of the manifests.
   *
   * @param name `namespace/name`, or `namespace/Kind/name` if two workloads share a name. A claim about it throws if the manifests have no
   *   such workload.
   */
  public static workload(name: string): Endpoint {
    return new Endpoint(name);
  }

  /**
   * An address, or every address of a block.
   *
   * @param address an IPv4 or IPv6 address (`10.0.0.1`) or a block in CIDR notation (`10.0.0.0/8`). The known address of a pod means that
   *   pod. A claim about it throws if it is neither.
   */
  public static address(address: string): Endpoint {
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
