import { Reachability } from '../../src/evaluator/reachability';
import { Cidr, formatRange, parseCidr } from '../../src/k8s/address';
import { addressEndpoints, portsOf } from '../../src/query/endpoints';
import { EndpointSelector, partyNamed } from '../../src/query/parties';
import { connectionsOfPort, formatPortQuery, parsePortQuery } from '../../src/query/ports';
import { deployment, labelled, member, namespace, party, pod, podOf, policy, port, reachOf } from '../support/cluster-objects';

/* How endpoints and ports are named. */

const reach = reachOf(
  namespace('shop', { team: 'a' }),
  deployment('shop/frontend', { app: 'frontend' }),
  deployment('shop/backend', { app: 'backend' }), pod('shop/backend', { app: 'backend', debug: 'yes' }),
  podOf('db', 'shop/db-0', { app: 'db' }, { ips: ['10.0.0.1', 'fd00::1'] }), podOf('db', 'shop/db-1', { app: 'db' }, { ips: ['10.0.0.2'] }),
  deployment('2024/archive', { app: 'archive' }), pod('jobs/bare', {}),
  policy('shop/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
);

function selectorText(selector: EndpointSelector): string {
  return selector.kind === 'addresses' ? selector.ranges.map(formatRange).join() : `${selector.pods} in ${selector.namespaces}`;
}

/** The name, the endpoints, and the selectors of a party. */
function shown(text: string, cluster: Reachability = reach): object {
  const { name, endpoints, selectors } = party(cluster, text);
  return { name, endpoints: endpoints.map(endpoint => endpoint.name), selectors: selectors.map(selectorText) };
}

const inShop = 'in kubernetes.io/metadata.name=shop';

describe('a text names', () => {
  test("a workload as 'namespace/name'", () => {
    expect(shown('shop/frontend')).toEqual({ name: 'shop/frontend[Deployment]', endpoints: ['shop/frontend[Deployment]'], selectors: [`app=frontend ${inShop}`] });
  });

  test("a workload as 'namespace/Kind/name', if two kinds share the name", () => {
    expect(shown('shop/Deployment/backend')).toMatchObject({ endpoints: ['shop/backend[Deployment]'], selectors: [`app=backend ${inShop}`] });
    expect(shown('shop/Pod/backend')).toMatchObject({ endpoints: ['shop/backend[Pod]'], selectors: [`app=backend,debug=yes ${inShop}`] });
  });

  test('a workload, which means all of its pods', () => {
    expect(shown('shop/db')).toMatchObject({ name: 'shop/db[StatefulSet]', selectors: [`app=db ${inShop}`] });
  });

  test.each(['shop/db-0', 'shop/Pod/db-0'])('one pod of a workload: %s', text => {
    expect(shown(text)).toEqual({ name: 'shop/db-0[Pod]', endpoints: ['shop/db-0[Pod]'], selectors: [`app=db ${inShop}`] });
  });

  test('a selector, whose pods are those that a question adds', () => {
    expect(shown('ns=shop,app=frontend')).toEqual({ name: 'ns=shop,app=frontend', endpoints: [], selectors: [`app=frontend ${inShop}`] });
  });

  test('a workload in a namespace whose name is a number', () => {
    expect(shown('2024/archive')).toMatchObject({ name: '2024/archive[Deployment]' });
  });

  test('a pod without labels, whose selector matches every pod of its namespace', () => {
    expect(shown('jobs/bare')).toMatchObject({ selectors: ['(everything) in kubernetes.io/metadata.name=jobs'] });
  });

  test.each(['10.0.0.1', 'fd00::1'])('the pod that has an address: %s', text => {
    const name = `${text} (shop/db-0[Pod])`;
    expect(shown(text)).toEqual({ name, endpoints: [name], selectors: [`app=db ${inShop}`, `${text}-${text}`] });
  });

  test.each(['10.9.9.9', '2001:db8::1'])('an address outside the cluster: %s', text => {
    expect(shown(text)).toEqual({ name: text, endpoints: [text], selectors: [`${text}-${text}`] });
  });

  test('a block, with one endpoint for each part that policies tell apart', () => {
    expect(shown('0.0.0.0/0')).toEqual({
      name: '0.0.0.0/0', endpoints: ['0.0.0.0-9.255.255.255', '10.0.0.0/8', '11.0.0.0-255.255.255.255'], selectors: ['0.0.0.0-255.255.255.255'],
    });
    expect(shown('2001:db8::/32')).toMatchObject({ endpoints: ['2001:db8::/32'] });
  });

  test('a workload whose selector does not match its pods: the labels of the pods are its selector then', () => {
    const odd = { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'odd', namespace: 'x' }, spec: { selector: { app: 'odd' } } };
    const owned: any = pod('x/odd-1', { app: 'renamed' });
    owned.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'ReplicationController', name: 'odd', uid: 'u', controller: true }];
    const template = { metadata: { labels: { app: 'odd' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    expect(shown('x/odd', reachOf({ ...odd, spec: { ...odd.spec, template } }, owned))).toMatchObject({ selectors: ['app=renamed in kubernetes.io/metadata.name=x'] });
  });
});

describe('a text that names no endpoint', () => {
  const FORMS = "name it as 'namespace/name', 'namespace/Kind/name', 'svc/NAMESPACE/NAME', a selector such as 'ns=shop,app=web', an IP address or a CIDR block";
  test.each([
    ['frontend', `'frontend' is not an endpoint: ${FORMS}`],
    ['', `'' is not an endpoint: ${FORMS}`],
    ['shop/', `'shop/' is not an endpoint: ${FORMS}`],
    ['a/b/c/d', `'a/b/c/d' is not an endpoint: ${FORMS}`],
    ['shop/backend', "'shop/backend' is the name of 2 workloads: write 'shop/Deployment/backend' or 'shop/Pod/backend'"],
    ['shop/frontent', "there is no workload 'shop/frontent'; namespace 'shop' has backend, db, frontend: did you mean 'shop/frontend'?"],
    ['shop/cache', "there is no workload 'shop/cache'; namespace 'shop' has backend, db, frontend"],
    ['shop/Job/backend', "there is no workload 'shop/Job/backend'; did you mean 'shop/Deployment/backend' or 'shop/Pod/backend'?"],
    ['jobs/frontend', "there is no workload 'jobs/frontend'; did you mean 'shop/frontend'?"],
    ['nowhere/thing', "there is no workload 'nowhere/thing'; there are workloads in 2024, jobs, shop"],
    ['shop/StatefulSet/db-0', "there is no workload 'shop/StatefulSet/db-0'; namespace 'shop' has backend, db, frontend"],
    ['10.0.0.1/8', "'10.0.0.1/8': must not have bits set beyond the prefix length; write 10.0.0.0/8"],
    ['10.0.0.256', "'10.0.0.256': must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"],
    ['fe80::1%eth0', "'fe80::1%eth0': must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"],
  ])('is an error that says what to write: %p', (text, sentence) => {
    expect(partyNamed(reach, text)).toBe(sentence);
  });

  test('is an error that says if the input has no workload', () => {
    expect(partyNamed(reachOf(), 'a/b')).toBe("there is no workload 'a/b': the input has no workload");
  });

  test('is an error that lists at most eight names', () => {
    const many = reachOf(...Array.from({ length: 10 }, (_, i) => pod(`x/p${i}`)));
    expect(partyNamed(many, 'x/q')).toBe("there is no workload 'x/q'; namespace 'x' has p0, p1, p2, p3, p4, p5, p6, p7, …");
    const spaces = reachOf(...Array.from({ length: 10 }, (_, i) => pod(`n${i}/p`)));
    expect(partyNamed(spaces, 'x/q')).toBe("there is no workload 'x/q'; there are workloads in n0, n1, n2, n3, n4, n5, n6, n7, …");
  });
});

const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });
const endpointsOf = (...objects: object[]) => party(reachOf(...objects), 'x/web').endpoints.map(({ name }) => name);

describe('a workload has', () => {
  test('one endpoint for a template, which stands for all of its pods', () => {
    expect(endpointsOf(deployment('x/web', { app: 'web' }))).toEqual(['x/web[Deployment]']);
  });

  test('two endpoints for a thousand equal replicas, because traffic between replicas counts', () => {
    const replicas = Array.from({ length: 1000 }, (_, i) => podOf('web', `x/web-${i}`, { app: 'web', index: `${i}` }));
    expect(endpointsOf(...replicas)).toEqual(['x/web[StatefulSet]', 'x/web[StatefulSet]']);
  });

  test('an endpoint for each pod if a policy tells its pods apart', () => {
    const pods = [podOf('web', 'x/web-0', { index: '0' }), podOf('web', 'x/web-1', { index: '1' }), podOf('web', 'x/web-2', { index: '2' })];
    expect(endpointsOf(...pods, policy('x/p', { podSelector: labelled({ index: '0' }) }))).toEqual(['x/web-0[Pod]', 'x/web-1[Pod]', 'x/web-2[Pod]']);
  });

  test('an endpoint for each pod if its pods have different ports, because a question may name a port', () => {
    expect(endpointsOf(podOf('web', 'x/web-0', {}, http(80)), podOf('web', 'x/web-1', {}, http(8080)))).toEqual(['x/web-0[Pod]', 'x/web-1[Pod]']);
  });
});

test('portsOf gives each port of several pods once, by protocol and number', () => {
  const ports = [{ containerPort: 9000 }, { containerPort: 80, name: 'http' }, { containerPort: 53, protocol: 'UDP' }];
  const { endpoints } = party(reachOf(podOf('web', 'x/web-0', {}, { ports }), podOf('web', 'x/web-1', {}, { ports: [...ports, { containerPort: 7, protocol: 'SCTP' }] })), 'x/web');
  expect(portsOf(endpoints).map(p => `${p.protocol}/${p.port}`)).toEqual(['SCTP/7', 'TCP/80', 'TCP/9000', 'UDP/53']);
});

test('a range has an endpoint for each part that policies tell apart, cut to the range', () => {
  const cut = reachOf(policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] }));
  const endpoints = addressEndpoints(cut, parseCidr('10.0.0.0/14') as Cidr);
  expect(endpoints.map(({ name }) => name)).toEqual(['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/15']);
  expect(endpoints.map(({ index }) => index)).toEqual(endpoints.map(({ range }) => cut.ofAddress(range.first)));
});

describe('a port of a question', () => {
  test.each([
    ['tcp/8080', 'TCP 8080'], ['8080', 'TCP 8080'], ['UDP/53', 'UDP 53'], ['udp/5000-5010', 'UDP 5000-5010'], ['sctp/7-7', 'SCTP 7'], ['80-90', 'TCP 80-90'],
    ['tcp', 'TCP 1-65535'], ['Sctp', 'SCTP 1-65535'], ['tcp/http', 'TCP http'], ['http', 'TCP http'], ['udp/dns-1', 'UDP dns-1'], ['tcp/1-65535', 'TCP 1-65535'],
  ])('is read: %s is %s', (text, meaning) => {
    expect(formatPortQuery(port(text))).toBe(meaning);
  });

  const FORM = 'write it as tcp/8080, udp/5000-5010 or tcp/http';
  test.each([
    ['icmp/8', `'icmp/8' does not name a protocol (TCP, UDP or SCTP): ${FORM}`],
    ['/80', `'/80' does not name a protocol (TCP, UDP or SCTP): ${FORM}`],
    ['tcp/0', `'tcp/0' is not a port: must be between 1 and 65535, inclusive; ${FORM}`],
    ['tcp/80-65536', `'tcp/80-65536' is not a port: must be between 1 and 65535, inclusive; ${FORM}`],
    ['udp/90-80', "'udp/90-80' ends before it begins: write udp/80-90"],
    ['tcp/', `'tcp/' is not a port: must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-); ${FORM}`],
    ['', `'' is not a port: must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-); ${FORM}`],
    ['tcp/80-', `'tcp/80-' is not a port: must contain at least one letter (a-z); ${FORM}`],
    ['tcp/a-much-too-long-name', `'tcp/a-much-too-long-name' is not a port: must be no more than 15 characters; ${FORM}`],
  ])('is an error that says what to write: %p', (text, sentence) => {
    expect(parsePortQuery(text)).toBe(sentence);
  });
});

describe('the connections of a port', () => {
  const ports = [{ name: 'http', containerPort: 80 }, { name: 'http', containerPort: 8080 }, { name: 'http', protocol: 'UDP', containerPort: 81 }, { containerPort: 22 }];
  const web = member(reachOf(pod('x/web', {}, { ports })), 'x/web');
  const outside = member(reachOf(), '1.2.3.4');

  test.each([
    ['tcp/http', 'TCP 80,8080'], ['udp/http', 'UDP 81'], ['tcp/https', 'No Connections'], ['tcp/443', 'TCP 443'], ['udp', 'UDP 1-65535'],
  ])('are those of the containers of a pod: %s is %s', (text, connections) => {
    expect(connectionsOfPort(port(text), web).toString()).toBe(connections);
  });

  test('are none for a port name and an address', () => {
    expect(connectionsOfPort(port('tcp/http'), outside).isEmpty).toBe(true);
    expect(connectionsOfPort(port('tcp/80-81'), outside).toString()).toBe('TCP 80-81');
  });
});
