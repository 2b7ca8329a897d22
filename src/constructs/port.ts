import { checkArguments, memberOf, optional, Shape, text, unsetHint } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { portNameErrors } from '../k8s/names';
import { NetworkPolicyPort, PROTOCOLS } from '../k8s/objects';

/**
 * The transport protocols that a NetworkPolicy can name (`protocol` of a NetworkPolicyPort).
 */
export enum Protocol {
  /** TCP, the API's default. */
  TCP = 'TCP',

  /** UDP. */
  UDP = 'UDP',

  /** SCTP. Some network plugins do not support it. */
  SCTP = 'SCTP',
}

/**
 * The ports of an edge: one port, a range, a port by name, every port of a protocol, or every port.
 *
 * The factories throw if a number or a name is wrong, so the error is thrown where the port is written.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export class Port {
  /**
   * One TCP port.
   *
   * @param port a whole number, 1–65535. Throws otherwise.
   */
  public static tcp(port: number): Port { return Port._single('Port.tcp', Protocol.TCP, port); }

  /**
   * One UDP port.
   *
   * @param port a whole number, 1–65535. Throws otherwise.
   */
  public static udp(port: number): Port { return Port._single('Port.udp', Protocol.UDP, port); }

  /**
   * One SCTP port.
   *
   * @param port a whole number, 1–65535. Throws otherwise.
   */
  public static sctp(port: number): Port { return Port._single('Port.sctp', Protocol.SCTP, port); }

  /**
   * The TCP ports from `first` to `last`, both included (`port` and `endPort` in the API). Throws if `last` is less than `first`.
   *
   * @param first a whole number, 1–65535. Throws otherwise.
   * @param last a whole number, 1–65535. Throws otherwise.
   */
  public static tcpRange(first: number, last: number): Port { return Port._range('Port.tcpRange', Protocol.TCP, first, last); }

  /**
   * The UDP ports from `first` to `last`, both included (`port` and `endPort` in the API). Throws if `last` is less than `first`.
   *
   * @param first a whole number, 1–65535. Throws otherwise.
   * @param last a whole number, 1–65535. Throws otherwise.
   */
  public static udpRange(first: number, last: number): Port { return Port._range('Port.udpRange', Protocol.UDP, first, last); }

  /**
   * The SCTP ports from `first` to `last`, both included (`port` and `endPort` in the API). Throws if `last` is less than `first`.
   *
   * @param first a whole number, 1–65535. Throws otherwise.
   * @param last a whole number, 1–65535. Throws otherwise.
   */
  public static sctpRange(first: number, last: number): Port { return Port._range('Port.sctpRange', Protocol.SCTP, first, last); }

  /**
   * The container port of this name and protocol. Each destination pod may have another number for it. Pods that have no such port are not
   * reached.
   *
   * @param name 1–15 characters of a-z, 0-9 and '-', at least one of them a letter (RFC 6335). Throws otherwise.
   * @param protocol the protocol of the container port. TCP if left out.
   */
  public static named(name: string, protocol?: Protocol): Port {
    checkArguments('Port.named(...)', { name: [name, text("'http'")], protocol: [protocol, optional(memberOf('Protocol', Protocol))] });
    const errors = portNameErrors(name);
    if (errors.length > 0) {
      throw callError(`Port.named('${name}')`, `the name of a port ${errors.join(', and ')}`,
        "write the name of a container port such as Port.named('http'), or a number such as Port.tcp(8080)");
    }
    return new Port({ protocol: protocol ?? Protocol.TCP, port: name });
  }

  /** Every TCP port, 1–65535. */
  public static allTcp(): Port { return new Port({ protocol: Protocol.TCP }); }

  /** Every UDP port, 1–65535. */
  public static allUdp(): Port { return new Port({ protocol: Protocol.UDP }); }

  /** Every SCTP port, 1–65535. */
  public static allSctp(): Port { return new Port({ protocol: Protocol.SCTP }); }

  /** Every port of every protocol. An empty list of ports does not mean this: it is an error. */
  public static all(): Port { return new Port(undefined); }

  /** @internal */
  public static _single(call: string, protocol: Protocol, port: number): Port {
    checkArguments(`${call}(...)`, { port: [port, portNumber(call)] });
    return new Port({ protocol, port });
  }

  /**
   * The list, if there is one. Throws if it is empty.
   * @internal
   */
  public static _checkList(where: string, ports: readonly Port[] | undefined): readonly Port[] | undefined {
    if (ports?.length === 0) {
      throw callError(where, 'ports is empty, which Kubernetes reads as "all ports"',
        'name at least one port, or leave ports out for the default; if you mean every port, write ports: [Port.all()]');
    }
    return ports;
  }

  /**
   * The `ports` of a rule, or undefined for every port. Each port is listed once, in an order that does not depend on the calls: by
   * protocol, then every port of it, then numbers, then names. A port that "every port" of its protocol includes is left out.
   * @internal
   */
  public static _policyPorts(ports: readonly Port[]): NetworkPolicyPort[] | undefined {
    const entries = ports.map(port => port._entry);
    if (entries.includes(undefined)) { return undefined; }
    const known = new Map((entries as NetworkPolicyPort[]).map(entry => [sortKey(entry), entry]));
    const whole = new Set([...known.values()].filter(({ port }) => port === undefined).map(({ protocol }) => protocol));
    return [...known]
      .filter(([, { protocol, port }]) => port === undefined || !whole.has(protocol))
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([, entry]) => entry);
  }

  /** @internal */
  private static _range(call: string, protocol: Protocol, first: number, last: number): Port {
    checkArguments(`${call}(...)`, { first: [first, portNumber(call)], last: [last, portNumber(call)] });
    if (last < first) {
      throw callError(`${call}(${first}, ${last})`, 'the last port of the range is less than the first', `write ${call}(${last}, ${first})`);
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
   * The entry in `ports` of a rule, or undefined for every port: the API means every port by leaving `ports` out.
   * @internal
   */
  public _toPolicyPort(): NetworkPolicyPort | undefined { return this._entry; }
}

/** The number of a port in a call of `Port.tcp` or another factory. */
function portNumber(call: string): Shape {
  return {
    title: 'a whole number from 1 to 65535',
    fix: found => typeof found === 'string' && isPortNumber(Number(found))
      ? `write the number without quotes: ${call}(${found})`
      : `write a number such as 8080, or Port.allTcp(), Port.allUdp() or Port.allSctp() for every port of a protocol${unsetHint(found)}`,
    accepts: isPortNumber,
  };
}

function isPortNumber(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
}

/** Sorts as text, and is equal for entries that mean the same. */
function sortKey({ protocol, port, endPort }: NetworkPolicyPort): string {
  const number = (n: number) => String(n).padStart(5, '0');
  const rest = port === undefined ? '0' : typeof port === 'number' ? `1 ${number(port)} ${number(endPort ?? port)}` : `2 ${port}`;
  return `${PROTOCOLS.indexOf(protocol!)} ${rest}`;
}
