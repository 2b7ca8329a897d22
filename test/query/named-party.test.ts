import { Reachability } from '../../src/evaluator/reachability';
import { formatRange } from '../../src/k8s/address';
import { partyNamed, partySelected, Party, EndpointSelector } from '../../src/query/endpoints';
import { deployment, labelled, namespace, party, pod, podOf, policy, reachOf } from '../support/cluster-objects';

const reach = reachOf(
  namespace('shop', { team: 'a' }),
  deployment('shop/frontend', { app: 'frontend' }),
  deployment('shop/backend', { app: 'backend' }), pod('shop/backend', { app: 'backend', debug: 'yes' }),
  podOf('db', 'shop/db-0', { app: 'db' }, { ips: ['10.0.0.1', 'fd00::1'] }), podOf('db', 'shop/db-1', { app: 'db' }, { ips: ['10.0.0.2'] }),
  deployment('2024/archive', { app: 'archive' }), pod('jobs/bare', {}),
  policy('shop/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
);

function patternText(pattern: EndpointSelector): string {
  return pattern.kind === 'addresses' ? pattern.ranges.map(formatRange).join() : `${pattern.pods} in ${pattern.namespaces}`;
}

/** Name, members, and who is part of it for `only`. */
function told(text: string, cluster: Reachability = reach): object {
  const { name, endpoints: members, selectors: patterns, worstCase: suspects } = party(cluster, text);
  expect(suspects).toEqual([]);
  return { name, endpoints: members.map(m => m.name), selectors: patterns.map(patternText) };
}

const inShop = 'in kubernetes.io/metadata.name=shop';

describe('an endpoint is named', () => {
  test("as 'namespace/name'", () => {
    expect(told('shop/frontend')).toEqual({ name: 'shop/frontend[Deployment]', endpoints: ['shop/frontend[Deployment]'], selectors: [`app=frontend ${inShop}`] });
  });

  test("as 'namespace/Kind/name', where two share a name", () => {
    expect(told('shop/Deployment/backend')).toMatchObject({ endpoints: ['shop/backend[Deployment]'], selectors: [`app=backend ${inShop}`] });
    expect(told('shop/Pod/backend')).toMatchObject({ endpoints: ['shop/backend[Pod]'], selectors: [`app=backend,debug=yes ${inShop}`] });
  });

  test('as a workload, which is all of its pods', () => {
    expect(told('shop/db')).toMatchObject({ name: 'shop/db[StatefulSet]', selectors: [`app=db ${inShop}`] });
  });

  test.each(['shop/db-0', 'shop/Pod/db-0'])('as a pod that a workload owns: %s', text => {
    expect(told(text)).toEqual({ name: 'shop/db-0[Pod]', endpoints: ['shop/db-0[Pod]'], selectors: [`app=db ${inShop}`] });
  });

  test('in a namespace whose name is a number', () => {
    expect(told('2024/archive')).toMatchObject({ name: '2024/archive[Deployment]' });
  });

  test('without any labels, and then any pod of its namespace may be the one', () => {
    expect(told('jobs/bare')).toMatchObject({ selectors: ['(everything) in kubernetes.io/metadata.name=jobs'] });
  });

  test.each(['10.0.0.1', 'fd00::1'])('as the address of a pod, which is that pod: %s', text => {
    const name = `${text} (shop/db-0[Pod])`;
    expect(told(text)).toEqual({ name, endpoints: [name], selectors: [`app=db ${inShop}`, `${text}-${text}`] });
  });

  test.each(['10.9.9.9', '2001:db8::1'])('as an address outside: %s', text => {
    expect(told(text)).toEqual({ name: text, endpoints: [text], selectors: [`${text}-${text}`] });
  });

  test('as a block, with one member for each part that policies tell apart', () => {
    expect(told('0.0.0.0/0')).toEqual({
      name: '0.0.0.0/0', endpoints: ['0.0.0.0-9.255.255.255', '10.0.0.0/8', '11.0.0.0-255.255.255.255'], selectors: ['0.0.0.0-255.255.255.255'],
    });
    expect(told('2001:db8::/32')).toMatchObject({ endpoints: ['2001:db8::/32'] });
  });

  test('by pods whose own labels its selector does not select: then they are meant by their labels', () => {
    const odd = { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'odd', namespace: 'x' }, spec: { selector: { app: 'odd' } } };
    const owned: any = pod('x/odd-1', { app: 'renamed' });
    owned.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'ReplicationController', name: 'odd', uid: 'u', controller: true }];
    const template = { metadata: { labels: { app: 'odd' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    expect(told('x/odd', reachOf({ ...odd, spec: { ...odd.spec, template } }, owned))).toMatchObject({ selectors: ['app=renamed in kubernetes.io/metadata.name=x'] });
  });
});

describe('an endpoint that is none', () => {
  const FORMS = "name it as 'namespace/name', 'namespace/Kind/name', an IP address or a CIDR block";
  test.each([
    ['frontend', `'frontend' is no endpoint: ${FORMS}`],
    ['', `'' is no endpoint: ${FORMS}`],
    ['shop/', `'shop/' is no endpoint: ${FORMS}`],
    ['a/b/c/d', `'a/b/c/d' is no endpoint: ${FORMS}`],
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
  ])('%p says what it should be', (text, sentence) => {
    expect(partyNamed(reach, text)).toBe(sentence);
  });

  test('in a cluster without workloads is told so', () => {
    expect(partyNamed(reachOf(), 'a/b')).toBe("there is no workload 'a/b': no workload was given at all");
  });

  test('is told of eight others at most', () => {
    const many = reachOf(...Array.from({ length: 10 }, (_, i) => pod(`x/p${i}`)));
    expect(partyNamed(many, 'x/q')).toBe("there is no workload 'x/q'; namespace 'x' has p0, p1, p2, p3, p4, p5, p6, p7, …");
    const spaces = reachOf(...Array.from({ length: 10 }, (_, i) => pod(`n${i}/p`)));
    expect(partyNamed(spaces, 'x/q')).toBe("there is no workload 'x/q'; there are workloads in n0, n1, n2, n3, n4, n5, n6, n7, …");
  });
});

describe('an endpoint that is selected', () => {
  test('is every pod there is of those labels, and for only every one there could be', () => {
    const found = partySelected(reach, 'the backends', labelled({ team: 'a' }), labelled({ app: 'backend' }));
    expect(found).toMatchObject({ name: 'the backends', endpoints: [{ name: 'shop/backend[Deployment]' }, { name: 'shop/backend[Pod]' }] });
    expect((found as Party).selectors.map(patternText)).toEqual(['app=backend in team=a']);
  });

  test('is only those pods of a workload that have the labels', () => {
    const some = reachOf(podOf('web', 'x/web-0', { canary: 'yes' }), podOf('web', 'x/web-1', {}));
    expect(partySelected(some, 'canaries', {}, labelled({ canary: 'yes' }))).toMatchObject({ endpoints: [{ pod: { name: 'web-0' } }] });
  });

  test.each([[labelled({ team: 'b' }), {}], [{}, labelled({ app: 'nothing' })]])('has to be there: %j %j', (namespaces, pods) => {
    expect(partySelected(reach, 'it', namespaces, pods)).toBe("no workload is selected by it: see the labels with 'netpol list', or name it as 'namespace/name'");
  });
});
