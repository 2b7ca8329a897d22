import { peerAdvice, policyAdvice, portAdvice, portValueAdvice, ruleAdvice, specAdvice } from '../../src/cluster/policy-advice';

describe('a field in the wrong place is told where it belongs', () => {
  test.each([
    ['ingress beside spec', policyAdvice('ingress'), "under 'spec:'"],
    ['from beside ingress', specAdvice('from'), "'ingress:' and under it '- from:'"],
    ['to beside egress', specAdvice('to'), "'egress:' and under it '- to:'"],
    ['ports beside ingress', specAdvice('ports'), "under it '- ports:'"],
    ['selector beside ingress', specAdvice('selector'), 'podSelector'],
    ['namespaceSelector beside ingress', specAdvice('namespaceSelector'), 'metadata.namespace'],
    ['from in egress', ruleAdvice('to')('from'), "an egress rule says 'to'"],
    ['to in ingress', ruleAdvice('from')('to'), "an ingress rule says 'from'"],
    ['podSelector beside from', ruleAdvice('from')('podSelector'), "'from:' and under it '- podSelector"],
    ['ipBlock beside to', ruleAdvice('to')('ipBlock'), "'to:' and under it '- ipBlock"],
    ['port beside ports', ruleAdvice('to')('port'), "'ports:' and under it '- port"],
    ['matchLabels in a peer', peerAdvice('matchLabels'), "under 'podSelector:' or 'namespaceSelector:'"],
    ['cidr in a peer', peerAdvice('cidr'), "under 'ipBlock:'"],
    ['ports in a peer', peerAdvice('ports'), 'beside the list of peers'],
    ['except in a peer', peerAdvice('except'), "under 'ipBlock:'"],
    ['matchExpressions in a peer', peerAdvice('matchExpressions'), "under 'podSelector:'"],
    ['protocol in a peer', peerAdvice('protocol'), "the rule's 'ports:'"],
    ['port in a peer', peerAdvice('port'), "the rule's 'ports:'"],
    ['name in a port', portAdvice('name'), 'port: NAME'],
    ['targetPort in a port', portAdvice('targetPort'), "write 'port:'"],
  ])('%s', (_name, advice, words) => expect(advice).toContain(words));
});

test('of other fields there is nothing to say', () => {
  for (const advice of [policyAdvice, specAdvice, ruleAdvice('to'), peerAdvice, portAdvice]) { expect(advice('zzz')).toBeUndefined(); }
});

test('a port that is text says what was meant', () => {
  expect(portValueAdvice('80')).toContain('port: 80');
  expect(portValueAdvice('8000-8080')).toBe("a range is written 'port: 8000' and 'endPort: 8080'");
  expect(portValueAdvice('HTTP')).toBeUndefined();
});
