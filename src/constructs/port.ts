import { callError } from '../cdk8s/call-error';
import { portNameErrors, portNumberErrors } from '../k8s/names';
import { NetworkPolicyPort } from '../k8s/objects';

/**
 * Transport protocols that a NetworkPolicy can name (`protocol` of a NetworkPolicyPort).
 */
export enum Protocol {
  /** TCP, the API's own default. */
  TCP = 'TCP',

  /** UDP. */
  UDP = 'UDP',

  /** SCTP. Not every network plugin handles it. */
  SCTP = 'SCTP',
}

/**
 * Ports that an edge lets through: one, a range, one by name, all of a protocol, or all.
 *
 * What is wrong with a number or a name is thrown at once, where the port is written.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export class Port {
  /**
   * One TCP port.
   *
   * @param port a whole number from 1 to 65535; else this throws
   */
  public static tcp(port: number): Port { return Port._single('Port.tcp', Protocol.TCP, port); }

  /**
   * One UDP port.
   *
   * @param port a whole number from 1 to 65535; else this throws
   */
  public static udp(port: number): Port { return Port._single('Port.udp', Protocol.UDP, port); }

  /**
   * One SCTP port.
   *
   * @param port a whole number from 1 to 65535; else this throws
   */
  public static sctp(port: number): Port { return Port._single('Port.sctp', Protocol.SCTP, port); }

  /**
   * TCP ports from `first` to `last`, both included (`endPort` in the API). Throws where one is not a
   * whole number from 1 to 65535, or `last` is less than `first`.
   *
   * @param first the lowest port
   * @param last the highest port
   */
  public static tcpRange(first: number, last: number): Port { return Port._range('Port.tcpRange', Protocol.TCP, first, last); }

  /**
   * UDP ports from `first` to `last`, both included (`endPort` in the API). Throws where one is not a
   * whole number from 1 to 65535, or `last` is less than `first`.
   *
   * @param first the lowest port
   * @param last the highest port
   */
  public static udpRange(first: number, last: number): Port { return Port._range('Port.udpRange', Protocol.UDP, first, last); }

  /**
   * SCTP ports from `first` to `last`, both included (`endPort` in the API). Throws where one is not a
   * whole number from 1 to 65535, or `last` is less than `first`.
   *
   * @param first the lowest port
   * @param last the highest port
   */
  public static sctpRange(first: number, last: number): Port { return Port._range('Port.sctpRange', Protocol.SCTP, first, last); }

  /**
   * The port that the destination's containers call by this name. Pods that have no port of this name
   * and protocol are not reached by it.
   *
   * @param name at most 15 of a-z, 0-9 and '-', with at least one letter; else this throws
   * @param protocol the protocol of the container's port; TCP where it is left out
   */
  public static named(name: string, protocol?: Protocol): Port {
    const errors = portNameErrors(name);
    if (errors.length > 0) {
      throw callError(`Port.named('${name}')`, `the name of a port ${errors.join(', and ')}`,
        "write a container's port name such as Port.named('http'), or a number: Port.tcp(8080)");
    }
    return new Port({ protocol: protocol ?? Protocol.TCP, port: name });
  }

  /** Every TCP port, 1 to 65535. */
  public static allTcp(): Port { return new Port({ protocol: Protocol.TCP }); }

  /** Every UDP port, 1 to 65535. */
  public static allUdp(): Port { return new Port({ protocol: Protocol.UDP }); }

  /** Every SCTP port, 1 to 65535. */
  public static allSctp(): Port { return new Port({ protocol: Protocol.SCTP }); }

  /**
   * Every port of every protocol. This is the only way to say so: an empty list of ports is an error.
   */
  public static all(): Port { return new Port(undefined); }

  /** @internal */
  public static _single(call: string, protocol: Protocol, port: number): Port {
    checkNumber(`${call}(${port})`, port);
    return new Port({ protocol, port });
  }

  /** @internal */
  private static _range(call: string, protocol: Protocol, first: number, last: number): Port {
    const where = `${call}(${first}, ${last})`;
    checkNumber(where, first);
    checkNumber(where, last);
    if (last < first) {
      throw callError(where, `the range ends at ${last}, before it starts`, `write ${call}(${last}, ${first})`);
    }
    return new Port({ protocol, port: first, ...(last > first ? { endPort: last } : {}) });
  }

  private constructor(private readonly _entry: NetworkPolicyPort | undefined) {}

  /** As messages write it: `TCP 8080`, `UDP 5353-5360`, `TCP http`, `all TCP`, `all ports`. */
  public toString(): string {
    if (this._entry === undefined) { return 'all ports'; }
    const { protocol, port, endPort } = this._entry;
    if (port === undefined) { return `all ${protocol}`; }
    return endPort === undefined ? `${protocol} ${port}` : `${protocol} ${port}-${endPort}`;
  }

  /**
   * The API's entry, or nothing for all ports: those are said by leaving `ports` out.
   * @internal
   */
  public _toPolicyPort(): NetworkPolicyPort | undefined { return this._entry; }
}

function checkNumber(where: string, port: number): void {
  const errors = portNumberErrors(port);
  if (errors.length > 0) {
    throw callError(where, `a port ${errors.join(', and ')}, and a whole number`,
      'write a number from 1 to 65535, or Port.allTcp(), Port.allUdp(), Port.allSctp() for all ports of a protocol');
  }
}
