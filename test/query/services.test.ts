import * as fc from 'fast-check';
import { Reachability } from '../../src/evaluator/reachability';
import { NetworkPlugin, readNetworkPlugin } from '../../src/k8s/network-plugins';
import { partyNamed } from '../../src/query/parties';
import { formatPortQuery } from '../../src/query/ports';
import { answerQuestion, QuestionAnswer } from '../../src/query/questions';
import { targetsOfService } from '../../src/query/service-targets';
import { serviceTargets, SpecTarget } from '../spec/services';
import { deployment, labelled, party, pod, policy, port, reachOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/* Services: where their ports lead, and questions about them. */

function service(name: string, spec: object, status?: object): any {
  const [space, own] = name.split('/');
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: space, name: own }, spec, ...status === undefined ? {} : { status } };
}

function slice(name: string, of: string, { addresses, ports, labels = {}, ...more }: any): any {
  const [space, own] = name.split('/');
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: space, name: own, labels: { 'kubernetes.io/service-name': of, ...labels } },
    addressType: 'IPv4',
    endpoints: addresses.map((address: string) => ({ addresses: [address] })),
    ports,
    ...more,
  };
}

function ask(reach: Reachability, from: string, to: string, on?: string): QuestionAnswer {
  const answer = answerQuestion(reach, { from: party(reach, from), to: party(reach, to), port: on === undefined ? undefined : port(on) });
  if (typeof answer === 'string') { throw new Error(answer); }
  return answer;
}

/** Why a question has no answer. */
function faultOf(reach: Reachability, to: string, on?: string): string {
  const found = partyNamed(reach, to);
  if (typeof found === 'string') { return found; }
  const answer = answerQuestion(reach, { from: party(reach, 'x/client'), to: found, port: on === undefined ? undefined : port(on) });
  if (typeof answer !== 'string') { throw new Error(`the answer is ${answer.answer}`); }
  return answer;
}

/** The answer, and that for each endpoint: `yes: x/web[Deployment] TCP 8080`. */
function shown(answer: QuestionAnswer): string[] {
  return [answer.answer, ...answer.endpoints.map(one => `${one.answer}: ${one.endpoint.name}${one.port === undefined ? '' : ` ${formatPortQuery(one.port)}`}`)];
}

const client = pod('x/client');
const web = deployment('x/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 8080 }, { name: 'dns', protocol: 'UDP', containerPort: 5353 }] });
/** Lets TCP 8080 in. */
const open8080 = policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ ports: [{ port: 8080 }] }] });

describe('where a Service leads', () => {
  const NAMES = ['http', 'dns'];
  const anyPort = fc.record({
    name: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    protocol: fc.option(fc.constantFrom('TCP', 'UDP'), { nil: undefined }),
    port: fc.constantFrom(80, 81),
    targetPort: fc.option(fc.oneof(fc.constantFrom(8080, 80), fc.constantFrom(...NAMES)), { nil: undefined }),
  });
  const anyContainer = fc.record({
    ports: fc.uniqueArray(fc.record({
      name: fc.constantFrom(...NAMES), protocol: fc.option(fc.constantFrom('TCP', 'UDP'), { nil: undefined }), containerPort: fc.constantFrom(80, 8080, 9090),
    }), { maxLength: 2, selector: ({ name }) => name }),
  });
  const anyWorld = fc.record({
    pods: fc.array(fc.record({ labels: fc.constantFrom({ app: '1' }, { app: '1', v: '1' }, { app: '2' }, {}), containers: fc.array(anyContainer, { minLength: 1, maxLength: 2 }), elsewhere: fc.boolean() }), { maxLength: 4 }),
    selector: fc.option(fc.constantFrom({ app: '1' }, { v: '1' }, {}), { nil: undefined }),
    clusterIP: fc.option(fc.constantFrom('None', '10.96.0.1'), { nil: undefined }),
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', undefined),
    ports: fc.uniqueArray(anyPort, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    slices: fc.array(fc.record({
      addresses: fc.uniqueArray(fc.constantFrom('10.0.0.0', '10.0.0.1', '192.0.2.7'), { minLength: 1 }),
      ports: fc.array(fc.record({ name: fc.option(fc.constantFrom('a', 'b', ''), { nil: undefined }), protocol: fc.option(fc.constantFrom('TCP', 'UDP'), { nil: undefined }), port: fc.constantFrom(7000, 8080) }), { maxLength: 2 }),
      by: fc.constantFrom('endpointslice-controller.k8s.io', 'me'),
      of: fc.constantFrom('web', 'other'),
    }), { maxLength: 2 }),
  });

  test('is the same as in the specification, for each port of random Services, with and without EndpointSlices', () => {
    fc.assert(fc.property(anyWorld, ({ pods, selector, clusterIP, type, ports, slices }) => {
      const made = pods.map(({ labels, containers, elsewhere }, i) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: elsewhere ? 'y' : 'x', name: `p${i}`, labels },
        spec: { containers: containers.map((container, j) => ({ name: `c${j}`, image: 'i', ...container })) },
        status: { podIP: `10.0.0.${i}` },
      }));
      const own = service('x/web', { type, clusterIP, selector, ports });
      const lists = slices.map(({ of, by, ...rest }, i) => slice(`x/s${i}`, of, { ...rest, labels: { 'endpointslice.kubernetes.io/managed-by': by } }));
      const objects = JSON.parse(JSON.stringify([...made, own, ...lists]));
      const reach = new Reachability(clusterOfObjects(objects));
      const [read] = reach.cluster.services!;
      for (const protocol of ['TCP', 'UDP'] as const) {
        for (const number of [80, 81]) {
          const targets = read.type === 'ExternalName' ? [] : targetsOfService(reach, read, { protocol, first: number, last: number });
          expect(specOf(targets)).toEqual(serviceTargets(objects, objects.find(({ kind }: any) => kind === 'Service'), protocol, number));
        }
      }
    }), { numRuns: randomRuns(1000) });
  });

  function specOf(targets: ReturnType<typeof targetsOfService>): SpecTarget[] {
    const found = typeof targets === 'string' ? [] : targets.map(({ endpoint, port: own }): SpecTarget => {
      if (own === undefined || !('first' in own)) { throw new Error('a number was asked about'); }
      return { end: endpoint.name.replace('[Pod]', ''), protocol: own.protocol, port: own.first };
    });
    return [...new Set(found.map(one => JSON.stringify(one)))].sort().map(text => JSON.parse(text));
  }

  test('a named target port is looked up in each pod, with its protocol; a pod without it is no endpoint', () => {
    const old = deployment('x/old', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }] });
    const none = deployment('x/none', { app: 'web' });
    const svc = service('x/web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }, { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' }] });
    const reach = reachOf(client, web, old, none, svc);
    expect(shown(ask(reach, 'x/client', 'svc/x/web', '80'))).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080', 'yes: x/old[Deployment] TCP 80']);
    expect(shown(ask(reach, 'x/client', 'svc/x/web', 'udp/53'))).toEqual(['yes', 'yes: x/web[Deployment] UDP 5353']);
  });

  test('the port of a question may be the name of a port of the Service, or a range', () => {
    const svc = service('x/web', { selector: { app: 'web' }, ports: [{ name: 'public', port: 80, targetPort: 8080 }, { name: 'admin', port: 81, targetPort: 9000 }] });
    const reach = reachOf(client, web, open8080, svc);
    expect(shown(ask(reach, 'x/client', 'svc/x/web', 'tcp/public'))).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080']);
    expect(shown(ask(reach, 'x/client', 'svc/x/web', 'tcp/80-90'))).toEqual(['no', 'yes: x/web[Deployment] TCP 8080', 'no: x/web[Deployment] TCP 9000']);
  });

  test('without a port, one port of the Service is enough, and no port that it does not have', () => {
    const both = [{ name: 'a', port: 80, targetPort: 8080 }, { name: 'b', port: 81, targetPort: 9000 }];
    const reachWith = (ports: object[]) => reachOf(client, web, open8080, service('x/web', { selector: { app: 'web' }, ports }));
    expect(ask(reachWith(both), 'x/client', 'svc/x/web').answer).toBe('yes');
    expect(ask(reachWith([...both].reverse()), 'x/client', 'svc/x/web').answer).toBe('yes');
    expect(ask(reachWith([both[1]]), 'x/client', 'svc/x/web').answer).toBe('no');
    expect(ask(reachWith([both[1]]), 'x/client', 'x/web').answer).toBe('yes');
  });

  test('nothing translates the ports of a headless Service; the name of a port is that of the endpoint, as in DNS', () => {
    const svc = service('x/web', { clusterIP: 'None', selector: { app: 'web' }, ports: [{ name: 'public', port: 80, targetPort: 8080 }] });
    const reach = reachOf(client, web, open8080, svc);
    expect(shown(ask(reach, 'x/client', 'svc/x/web', '80'))).toEqual(['no', 'no: x/web[Deployment] TCP 80']);
    expect(shown(ask(reach, 'x/client', 'svc/x/web', '8080'))).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080']);
    expect(shown(ask(reach, 'x/client', 'svc/x/web', 'tcp/public'))).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080']);
    expect(shown(ask(reach, 'x/client', 'svc/x/web'))).toEqual(['yes', 'yes: x/web[Deployment]']);
  });

  test('a Service without a selector leads to the endpoints of its EndpointSlices, which are pods of the input or addresses', () => {
    const db = pod('x/db', { app: 'db' }, { ips: ['10.0.0.9'] });
    const svc = service('x/db', { ports: [{ port: 5432 }] });
    const list = slice('x/db-1', 'db', { addresses: ['10.0.0.9', '192.0.2.1'], ports: [{ port: 15432 }] });
    const reach = reachOf(client, db, svc, list, policy('x/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: labelled({ app: 'db' }) }] }] }));
    expect(shown(ask(reach, 'x/client', 'svc/x/db', '5432'))).toEqual(['no', 'yes: x/db[Pod] TCP 15432', 'no: 192.0.2.1 TCP 15432']);
  });

  test('a slice that Kubernetes made from the selector says nothing new, unless the input has none of the pods; any other slice adds endpoints', () => {
    const svc = service('x/web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] });
    const by = (manager: string) => slice('x/s', 'web', { addresses: ['192.0.2.1'], ports: [{ port: 7000 }], labels: { 'endpointslice.kubernetes.io/managed-by': manager } });
    const controller = by('endpointslice-controller.k8s.io');
    expect(shown(ask(reachOf(client, web, svc, controller), 'x/client', 'svc/x/web', '80'))).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080']);
    expect(shown(ask(reachOf(client, svc, controller), 'x/client', 'svc/x/web', '80'))).toEqual(['yes', 'yes: 192.0.2.1 TCP 7000']);
    expect(shown(ask(reachOf(client, web, svc, by('me')), 'x/client', 'svc/x/web', '80'))).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080', 'yes: 192.0.2.1 TCP 7000']);
  });

  test('an Endpoints object, the old form of an EndpointSlice, counts as one', () => {
    const endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { namespace: 'x', name: 'db' },
      subsets: [{ addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2' }], ports: [{ port: 15432 }] }],
    };
    const reach = reachOf(client, service('x/db', { ports: [{ port: 5432 }] }), endpoints);
    expect(shown(ask(reach, 'x/client', 'svc/x/db', '5432'))).toEqual(['yes', 'yes: 192.0.2.1 TCP 15432', 'yes: 192.0.2.2 TCP 15432']);
  });

  test('an endpoint that is a Pod which the input does not have is an error, because nothing is known about its labels', () => {
    const list = slice('x/db-1', 'db', { addresses: [], ports: [{ port: 1 }] });
    list.endpoints = [{ addresses: ['10.0.0.9'], targetRef: { kind: 'Pod', name: 'db-0' } }];
    const objects = [client, service('x/db', { ports: [{ port: 1 }] }), list];
    expect(faultOf(reachOf(...objects), 'svc/x/db')).toBe('Service x/db: its endpoint 10.0.0.9 is Pod x/db-0, which the input does not have: add the Pod');
    list.endpoints[0].targetRef.namespace = 'x';
    expect(shown(ask(reachOf(...objects, pod('x/db-0')), 'x/client', 'svc/x/db', '1'))).toEqual(['yes', 'yes: x/db-0[Pod] TCP 1']);
  });

  test('slices of domain names, and slices without a Service, lead nowhere', () => {
    const names = slice('x/a', 'db', { addresses: ['example.com'], ports: [], addressType: 'FQDN' });
    const free = slice('x/b', 'db', { addresses: ['192.0.2.1'], ports: [] });
    free.metadata.labels = undefined;
    expect(faultOf(reachOf(client, service('x/db', { ports: [{ port: 1 }] }), names, free), 'svc/x/db')).toContain('Service x/db has no selector, and no EndpointSlice');
  });

  test('a Service as the source means its pods', () => {
    const reach = reachOf(client, web, policy('x/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'] }), service('x/web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    expect(ask(reach, 'svc/x/web', 'x/client').answer).toBe('no');
    expect(ask(reach, 'x/client', 'x/web').answer).toBe('yes');
  });

  test('two replicas that no policy tells apart are one endpoint', () => {
    const set = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { namespace: 'x', name: 'db' },
      spec: { replicas: 2, selector: labelled({ app: 'db' }), template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } },
    };
    const reach = reachOf(client, set, service('x/db', { selector: { app: 'db' }, ports: [{ port: 5432 }] }));
    expect(shown(ask(reach, 'x/client', 'svc/x/db', '5432'))).toEqual(['yes', 'yes: x/db[StatefulSet] TCP 5432']);
  });

  test('if only some pods of a workload are endpoints, they are named one by one', () => {
    const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { namespace: 'x', name: 'db' }, spec: { replicas: 2, selector: labelled({ app: 'db' }), template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } };
    const reach = reachOf(client, set, service('x/first', { selector: { 'statefulset.kubernetes.io/pod-name': 'db-0' }, ports: [{ port: 5432 }] }));
    expect(shown(ask(reach, 'x/client', 'svc/x/first', '5432'))).toEqual(['yes', 'yes: x/db-0[Pod] TCP 5432']);
  });

  test('if only the running cluster knows whether a pod is an endpoint, a no for that pod is undecided, and a yes is a yes', () => {
    const svc = service('x/canary', { selector: { 'app': 'web', 'pod-template-hash': 'abc' }, ports: [{ port: 80, targetPort: 8080 }, { name: 'admin', port: 81 }] });
    const reach = reachOf(client, web, open8080, svc);
    expect(ask(reach, 'x/client', 'svc/x/canary', '80')).toMatchObject({ answer: 'yes', reasons: [] });
    expect(ask(reach, 'x/client', 'svc/x/canary', '81')).toMatchObject({
      answer: 'undecided', reasons: [{ code: 'generated-label', what: 'the pods of x/web[Deployment] that Service x/canary selects' }],
    });
  });
});

describe('a question about a Service that has no answer', () => {
  const svc = service('x/web', { selector: { app: 'web' }, ports: [{ name: 'public', port: 80, targetPort: 8080 }, { name: 'q', port: 81, targetPort: 'http' }, { name: 'r', port: 82, targetPort: 'nope' }] });
  const reach = reachOf(client, web, svc, service('x/lost', { selector: { app: 'nobody' }, ports: [{ port: 80 }] }), service('x/bare', { clusterIP: 'None', selector: { app: 'web' } }));
  test.each([
    ['svc/x/wbe', undefined, "there is no Service 'x/wbe' in the input; there is svc/x/bare, svc/x/lost, svc/x/web"],
    ['svc/y/web', undefined, "there is no Service 'y/web' in the input; there is svc/x/web"],
    ['svc/y/none', undefined, "there is no Service 'y/none' in the input"],
    ['svc/x/web', '8080', 'Service x/web has no port TCP 8080: that is the port of its endpoints; write --port tcp/80, the port of the Service'],
    ['svc/x/web', 'tcp/http', 'Service x/web has no port TCP http: that is the port of its endpoints; write --port tcp/81, the port of the Service'],
    ['svc/x/web', 'udp/80', 'Service x/web has no port UDP 80: it has TCP 80 (public), TCP 81 (q) and TCP 82 (r)'],
    ['svc/x/web', '82', 'Service x/web leads nowhere on TCP 82 (r): no endpoint has that port; name the port in the containers'],
    ['svc/x/lost', undefined, 'Service x/lost has no endpoints: no pod of the input matches its selector app=nobody; add the workload, or correct the selector'],
    ['svc/x/bare', 'tcp/public', 'Service x/bare has no ports: add them'],
  ])('is an error that says what to do: %s %s', (to, on, sentence) => {
    expect(faultOf(reach, to, on)).toBe(sentence);
  });

  test('is not one about a Service that the input declares twice, with different content, which is undecided', () => {
    const twice = reachOf(client, web, service('x/web', { selector: { app: 'web' }, ports: [{ port: 80 }] }), service('x/web', { selector: { app: 'web' }, ports: [{ port: 81 }] }));
    expect(ask(twice, 'x/client', 'svc/x/web')).toMatchObject({ answer: 'undecided', reasons: [{ code: 'defined-twice', what: 'Service x/web' }] });
    const equal = reachOf(client, web, ...[1, 2].map(() => service('x/web', { selector: { app: 'web' }, ports: [{ port: 80 }] })));
    expect(ask(equal, 'x/client', 'svc/x/web', '80').answer).toBe('yes');
  });

  test('a workload of a namespace that is called svc keeps its name', () => {
    expect(party(reachOf(deployment('svc/web', {})), 'svc/Deployment/web').name).toBe('svc/web[Deployment]');
  });
});

describe('an ExternalName', () => {
  const alias = service('x/db', { type: 'ExternalName', externalName: 'db.example.com', selector: { app: 'web' } });
  test('is undecided, because the addresses of a domain name are not in the input', () => {
    expect(ask(reachOf(client, web, alias), 'x/client', 'svc/x/db', '5432')).toMatchObject({
      answer: 'undecided', reasons: [{ code: 'domain-name', what: 'db.example.com, for which Service x/db stands,' }],
    });
  });

  test('is out of reach of a pod that may connect to nothing', () => {
    const closed = policy('x/out', { podSelector: {}, policyTypes: ['Egress'] });
    expect(ask(reachOf(client, alias, closed), 'x/client', 'svc/x/db')).toMatchObject({ answer: 'no', egress: 'no', reasons: [] });
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'x', name: 'c' }, spec: { endpointSelector: {}, egress: [{}] } };
    expect(ask(reachOf(client, alias, closed, cilium), 'x/client', 'svc/x/db').answer).toBe('undecided');
  });

  test('opens no connection', () => {
    const reach = reachOf(client, alias);
    expect(answerQuestion(reach, { from: party(reach, 'svc/x/db'), to: party(reach, 'x/client') })).toBe('no connection comes from Service x/db: name the workload that opens it');
  });
});

describe("a Service's address", () => {
  const spec = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
  test.each([
    ['its cluster address', { ...spec, clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7', 'fd00::7'] }, undefined, 'fd00::7'],
    ['an external address', { ...spec, externalIPs: ['10.96.0.7'] }, undefined, '10.96.0.7'],
    ['the address that its load balancer shall have', { ...spec, type: 'LoadBalancer', loadBalancerIP: '10.96.0.7' }, undefined, '10.96.0.7'],
    ['the address that its load balancer has', { ...spec, type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ hostname: 'a.example.com' }, { ip: '10.96.0.7' }] } }, '10.96.0.7'],
  ])('is undecided, with the answer for its endpoints beside it: %s', (_, own, status, address) => {
    const answer = ask(reachOf(client, web, open8080, service('x/web', own, status)), 'x/client', address, '80');
    expect(answer).toMatchObject({ answer: 'undecided', reasons: [{ code: 'service-address', what: `${address}, an address of Service x/web,` }] });
    expect(shown(answer.service!.answer as QuestionAnswer)).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080']);
  });

  test('has no answer beside it on a port that the Service does not have', () => {
    const reach = reachOf(client, web, service('x/web', { ...spec, clusterIP: '10.96.0.7' }));
    expect(ask(reach, 'x/client', '10.96.0.7', '443')).toMatchObject({ answer: 'undecided', service: { answer: 'Service x/web has no port TCP 443: it has TCP 80' } });
  });

  describe('with a network plugin that replaces it before it looks at policies', () => {
    const withPlugin = (plugin: string, ...objects: object[]) =>
      new Reachability(clusterOfObjects(objects, { namespaces: [], podCidrs: [], plugin: readNetworkPlugin(plugin) as NetworkPlugin }));
    const own = service('x/web', { ...spec, clusterIP: '10.96.0.7', externalIPs: ['192.0.2.7'] });
    /** Lets the client out to one block. */
    const out = (cidr: string) => policy('x/client', { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr } }] }] });
    const labelledClient = pod('x/client', { app: 'client' });

    test.each(['antrea', 'calico', 'cilium', 'ovn-kubernetes'])('%s: the cluster address has the answer for the endpoints', plugin => {
      const reach = withPlugin(plugin, client, web, open8080, own);
      expect(shown(ask(reach, 'x/client', '10.96.0.7', '80'))).toEqual(['yes', 'yes: x/web[Deployment] TCP 8080']);
      const closed = withPlugin(plugin, client, web, policy('x/web', { podSelector: {} }), own);
      expect(shown(ask(closed, 'x/client', '10.96.0.7', '80'))).toEqual(['no', 'no: x/web[Deployment] TCP 8080']);
    });

    test.each(['kube-router', 'aws-vpc-cni'])('%s, of which that is not known, leaves it undecided', plugin => {
      expect(ask(withPlugin(plugin, client, web, open8080, own), 'x/client', '10.96.0.7', '80')).toMatchObject({ answer: 'undecided', reasons: [{ code: 'service-address' }] });
    });

    test('an external address stays undecided, because a load balancer may take the connection first', () => {
      expect(ask(withPlugin('calico', client, web, open8080, own), 'x/client', '192.0.2.7', '80')).toMatchObject({ answer: 'undecided' });
    });

    test('an address of a Service whose endpoints are not in the input stays undecided', () => {
      const reach = withPlugin('calico', client, service('x/none', { ports: [{ port: 80 }], clusterIP: '10.96.0.9' }));
      expect(ask(reach, 'x/client', '10.96.0.9', '80')).toMatchObject({ answer: 'undecided', reasons: [{ code: 'service-address' }] });
    });

    test('an address of a Service that is declared twice, with different content, stays undecided', () => {
      const other = service('x/web', { ...spec, clusterIP: '10.96.0.7', ports: [{ port: 81 }] });
      expect(ask(withPlugin('calico', client, web, own, other), 'x/client', '10.96.0.7', '80')).toMatchObject({ answer: 'undecided' });
    });

    test('no connection comes from it', () => {
      const reach = withPlugin('calico', client, web, own);
      expect(answerQuestion(reach, { from: party(reach, '10.96.0.7'), to: party(reach, 'x/client') })).toMatch(/^no connection comes from 10\.96\.0\.7/);
    });

    test('a rule for the address lets nobody out, because no pod has it; without the plugin it may', () => {
      expect(ask(reachOf(labelledClient, web, own, out('10.96.0.7/32')), 'x/client', 'svc/x/web', '80')).toMatchObject({ answer: 'undecided', reasons: [{ code: 'pod-address' }] });
      for (const to of ['svc/x/web', '10.96.0.7', 'x/web']) {
        expect(ask(withPlugin('calico', labelledClient, web, own, out('10.96.0.7/32')), 'x/client', to, to === 'x/web' ? '8080' : '80')).toMatchObject({ answer: 'no' });
      }
    });

    test('a rule for a larger block leaves it undecided, because the pods may have an address in it', () => {
      expect(ask(withPlugin('calico', labelledClient, web, own, out('10.0.0.0/8')), 'x/client', 'svc/x/web', '80')).toMatchObject({ answer: 'undecided' });
    });

    test('a Service that gets an address, or loses it, changes the answers about the rule', () => {
      const before = withPlugin('calico', labelledClient, web, out('10.96.0.7/32'));
      const after = withPlugin('calico', labelledClient, web, own, out('10.96.0.7/32')).cluster;
      expect(ask(before, 'x/client', 'x/web', '8080')).toMatchObject({ answer: 'undecided' });
      const updated = before.update({ ...before.cluster, services: after.services });
      expect(ask(updated, 'x/client', 'x/web', '8080')).toMatchObject({ answer: 'no' });
      expect(ask(updated.update({ ...before.cluster, services: [] }), 'x/client', 'x/web', '8080')).toMatchObject({ answer: 'undecided' });
    });
  });
});

describe('a port that is only the port of a Service', () => {
  const svc = service('x/web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }, { name: 'same', port: 9000 }] });
  const translations = (on: string, ...objects: object[]) => ask(reachOf(client, web, open8080, ...objects), 'x/client', 'x/web', on)
    .translations.map(({ servicePort, target, answer }) => `${servicePort.port} → ${formatPortQuery(target)}: ${answer}`);

  test('is answered with both numbers', () => {
    expect(translations('80', svc)).toEqual(['80 → TCP 8080: yes']);
  });

  test('is answered with its own number only, if a container has it, if the Service does not change it, or if it is another protocol, a range or a name', () => {
    expect(['8080', '9000', 'udp/80', '80-81', 'tcp/http'].map(on => translations(on, svc))).toEqual([[], [], [], [], []]);
  });

  test('says nothing about a Service of other pods, a headless one, and one whose port the pods do not have', () => {
    const others = [{ selector: { app: 'db' } }, { selector: { app: 'web' }, clusterIP: 'None' }, {}].map((more, i) => service(`x/s${i}`, { ...more, ports: [{ port: 80, targetPort: 8080 }] }));
    expect(translations('80', ...others, service('x/s3', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'nope' }] }), service('y/s4', svc.spec))).toEqual([]);
  });
});

