import { ApiObject, App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { namespace } from './guardrail-world';
import { connectionsOf, pod } from './synthesized';
import { Guardrail, GuardrailTier, GuardrailVersion, Peer, Policies, Port } from '../../src';
import { randomRuns } from '../support/random-runs';

/*
 * What guardrails mean together, without any cleverness: the first one about a connection decides it, in the Admin tier before the NetworkPolicies of both
 * ends, and in the Baseline tier after them.
 */

type Action = 'allow' | 'deny' | 'delegate';

/** Pods of the cluster: by the name of their namespace, which belongs to a team, and their label. */
interface Group {
  readonly team?: string;
  readonly namespace?: string;
  readonly app?: string;
}

interface Statement {
  readonly action: Action;
  readonly isBaseline: boolean;
  readonly source: Group;
  readonly destination: Group;
  /** Every port if undefined. */
  readonly port?: number;
}

const TEAMS: Readonly<Record<string, string>> = { red1: 'red', red2: 'red', blue: 'blue' };
const APPS = ['web', 'db'];
const PORTS = [80, 443];
const PODS = Object.keys(TEAMS).flatMap(inNamespace => APPS.map(app => ({ namespace: inNamespace, app })));
type PodOf = typeof PODS[number];

const isIn = (one: PodOf, { team, namespace: name, app }: Group) =>
  (team === undefined || TEAMS[one.namespace] === team) && (name === undefined || one.namespace === name) && (app === undefined || one.app === app);

function peerOf({ team, namespace: name, app }: Group): Peer {
  const labels = app === undefined ? undefined : { app };
  if (name !== undefined) { return labels === undefined ? Peer.namespace(name) : Peer.pods({ labels, namespace: name }); }
  if (team !== undefined) { return labels === undefined ? Peer.namespaces({ labels: { team } }) : Peer.pods({ labels, namespaceLabels: { team } }); }
  return labels === undefined ? Peer.allNamespaces() : Peer.pods({ labels, allNamespaces: true });
}

/** True if the connection passes. */
function passes(statements: readonly Statement[], closed: readonly string[], source: PodOf, destination: PodOf, port: number): boolean {
  const first = (isBaseline: boolean) => statements.find(one => one.isBaseline === isBaseline
    && isIn(source, one.source) && isIn(destination, one.destination) && (one.port ?? port) === port)?.action;
  const admin = first(false);
  if (admin === 'allow' || admin === 'deny') { return admin === 'allow'; }
  if (closed.includes(source.namespace) || closed.includes(destination.namespace)) { return false; }
  return first(true) !== 'deny';
}

/** The ports on which the policies of the guardrails let each pair of pods connect. */
function written(statements: readonly Statement[], closed: readonly string[], version: GuardrailVersion): string[] {
  const chart = new Chart(new App({ outdir: 'unused' }), 'platform');
  Policies.of(chart).useGuardrailVersion(version);
  for (const [name, team] of Object.entries(TEAMS)) { namespace(chart, name, { team }); }
  for (const one of PODS) {
    const id = `${one.namespace}-${one.app}`;
    pod(chart, id, { app: one.app }, one.namespace);
  }
  for (const name of closed) {
    new ApiObject(chart, `closed-${name}`, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: name },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  }
  statements.forEach(({ action, isBaseline, source, destination, port }, i) => {
    const ports = port !== undefined ? [Port.tcp(port)] : action === 'allow' ? [Port.all()] : undefined;
    Guardrail[action](chart, `g${i}`, peerOf(source), peerOf(destination), { ports, tier: isBaseline ? GuardrailTier.BASELINE : GuardrailTier.ADMIN });
  });
  return connectionsOf(chart).filter(row => !row.includes('External'));
}

const group: fc.Arbitrary<Group> = fc.record({
  team: fc.constantFrom('red', 'blue'),
  namespace: fc.constantFrom(...Object.keys(TEAMS)),
  app: fc.constantFrom(...APPS),
}, { requiredKeys: [] }).map(({ namespace: name, ...others }) => name === undefined ? others : { namespace: name, app: others.app });

const statement = (isBaseline: fc.Arbitrary<boolean>): fc.Arbitrary<Statement> => fc.record({
  action: fc.constantFrom<Action>('allow', 'deny', 'delegate'),
  isBaseline,
  source: group,
  destination: group,
  port: fc.option(fc.constantFrom(...PORTS), { nil: undefined }),
});

test.each(Object.values(GuardrailVersion))('the first guardrail about a connection decides it, in %s', version => {
  // A cluster has only one BaselineAdminNetworkPolicy.
  const isBaseline = version === GuardrailVersion.ADMIN_NETWORK_POLICY ? fc.constant(false) : fc.boolean();
  const programs = fc.array(statement(isBaseline), { maxLength: 6 });
  fc.assert(fc.property(programs, fc.subarray(Object.keys(TEAMS)), (statements, closed) => {
    const rows = written(statements, closed, version);
    const pairs = PODS.flatMap(source => PODS.filter(one => one !== source)
      .flatMap(destination => PORTS.map(port => ({ source, destination, port }))));
    const name = (one: PodOf) => `${one.namespace}/${one.namespace}-${one.app}[Pod]`;
    const found = pairs.map(({ source, destination, port }) => {
      const row = rows.find(one => one.startsWith(`${name(source)} -> ${name(destination)}: `));
      const connections = row?.split(': ')[1];
      return connections === 'All Connections' || (connections !== undefined && includesTcp(connections, port));
    });
    expect(found).toEqual(pairs.map(({ source, destination, port }) => passes(statements, closed, source, destination, port)));
  }), { numRuns: randomRuns(150) });
});

/** Whether connections such as `SCTP 1-65535,TCP 1-79,81-65535` include a TCP port. */
function includesTcp(connections: string, port: number): boolean {
  const [, ranges] = /TCP ([\d,-]+)/.exec(connections) ?? [];
  return (ranges ?? '').split(',').filter(range => range !== '').some(range => {
    const [first, last = first] = range.split('-').map(Number);
    return first <= port && port <= last;
  });
}
