import { IEndpoint } from '../constructs/endpoint';

/**
 * A workload or an address that is named by a text: what a question is asked of where there is no
 * `Tier`, as in a test of manifests.
 */
export class Endpoint implements IEndpoint {
  /**
   * A workload, or a pod, of the manifests.
   *
   * @param name `namespace/name`; `namespace/Kind/name` where two workloads share a name. A query throws
   *   where there is none of that name.
   */
  public static workload(name: string): Endpoint {
    return new Endpoint(name);
  }

  /**
   * An address, or all addresses of a CIDR block.
   *
   * @param address IPv4 or IPv6, `10.0.0.1` or `10.0.0.0/8`; an address that a pod of the manifests has is
   *   that pod. A query throws where it is neither.
   */
  public static address(address: string): Endpoint {
    return new Endpoint(address);
  }

  private constructor(public readonly endpointName: string) {}
}
