import { peerAdvice, policyAdvice, portAdvice, portValueAdvice, ruleAdvice, specAdvice } from '../../src/validation/network-policy';

describe('a field in the wrong place is told where it belongs', () => {
  test.each([
    ['ingress beside spec', policyAdvice('ingress'), "under 'spec:'"],
    ['egress beside spec', policyAdvice('egress'), "under 'spec:'"],
    ['podSelector beside spec', policyAdvice('podSelector'), "under 'spec:'"],
    ['policyTypes beside spec', policyAdvice('policyTypes'), "under 'spec:'"],
    ['from beside ingress', specAdvice('from'), "'ingress:' and under it '- from:'"],
    ['to beside egress', specAdvice('to'), "'egress:' and under it '- to:'"],
    ['ports beside ingress', specAdvice('ports'), "under it '- ports:'"],
    ['selector beside ingress', specAdvice('selector'), 'podSelector'],
    ['matchLabels beside ingress', specAdvice('matchLabels'), "'podSelector: { matchLabels: … }'"],
    ['labels beside ingress', specAdvice('labels'), "'podSelector: { matchLabels: … }'"],
    ['namespaceSelector beside ingress', specAdvice('namespaceSelector'), 'metadata.namespace'],
    ['from in egress', ruleAdvice('to')('from'), "an egress rule says 'to'"],
    ['to in ingress', ruleAdvice('from')('to'), "an ingress rule says 'from'"],
    ['podSelector beside from', ruleAdvice('from')('podSelector'), "'from:' and under it '- podSelector"],
    ['namespaceSelector beside from', ruleAdvice('from')('namespaceSelector'), "'from:' and under it '- namespaceSelector"],
    ['ipBlock beside to', ruleAdvice('to')('ipBlock'), "'to:' and under it '- ipBlock"],
    ['port beside ports', ruleAdvice('to')('port'), "'ports:' and under it '- port"],
    ['protocol beside ports', ruleAdvice('to')('protocol'), "'ports:' and under it '- protocol"],
    ['endPort beside ports', ruleAdvice('from')('endPort'), "'ports:' and under it '- endPort"],
    ['matchLabels in a peer', peerAdvice('matchLabels'), "under 'podSelector:' or 'namespaceSelector:'"],
    ['cidr in a peer', peerAdvice('cidr'), "under 'ipBlock:'"],
    ['ports in a peer', peerAdvice('ports'), "beside the list of peers, in the rule: indent it as far as 'from:'"],
    ['except in a peer', peerAdvice('except'), "under 'ipBlock:'"],
    ['matchExpressions in a peer', peerAdvice('matchExpressions'), "under 'podSelector:'"],
    ['protocol in a peer', peerAdvice('protocol'), "the rule's 'ports:'"],
    ['port in a peer', peerAdvice('port'), "the rule's 'ports:'"],
    ['name in a port', portAdvice('name'), 'port: NAME'],
    ['number in a port', portAdvice('number'), "write 'port:'"],
    ['containerPort in a port', portAdvice('containerPort'), 'the port of the container, not of a Service'],
    ['targetPort in a port', portAdvice('targetPort'), "write 'port:'"],
  ])('%s', (_name, advice, words) => expect(advice).toContain(words));
});

test('of other fields there is nothing to say', () => {
  for (const advice of [policyAdvice, specAdvice, ruleAdvice('to'), peerAdvice, portAdvice]) { expect(advice('zzz')).toBeUndefined(); }
});

test('a port that is text says what was meant', () => {
  expect(portValueAdvice('80')).toContain('port: 80');
  for (const range of ['8000-8080', '8000:8080', '8000  -  8080']) { expect(portValueAdvice(range)).toBe("a range is written 'port: 8000' and 'endPort: 8080'"); }
  for (const name of ['HTTP', 'p80', '80p', 'p80-90', '80-90p', '80-', '-', 'a-b']) { expect(portValueAdvice(name)).toBeUndefined(); }
});
