import { Connectivity, Endpoint, Port } from '../../src';
import { formatCall } from '../../src/assertions/private/verdict-text';

const [a, b] = [Endpoint.workload('app/a'), Endpoint.workload('app/b')];

test.each([
  ['allowed(app/a, app/b)', { kind: 'allowed', first: a, second: [b] }],
  ['denied(app/a, app/b, TCP 80, UDP 53)', { kind: 'denied', first: a, second: [b], ports: [Port.tcp(80), Port.udp(53)] }],
  ['only(app/a, [app/b, app/a])', { kind: 'only', first: a, second: [b, a] }],
  ['onlyTo(app/a, [])', { kind: 'onlyTo', first: a, second: [] }],
] as const)('a call is written as %s', (text, call) => {
  expect(formatCall(call)).toBe(text);
});

describe('the verdict on a call', () => {
  const connectivity = Connectivity.fromYaml(['a', 'b'].map(name =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: app, labels: { app: ${name} } }\nspec: { containers: [] }\n---\n`).join('')
    + 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: none-out, namespace: app }\n'
    + 'spec: { podSelector: { matchLabels: { app: a } }, policyTypes: [Egress] }\n');

  test('that holds tells what it rests on', () => {
    expect(connectivity.onlyTo(a, [b]).explanation).toContain('no egress rule at all: everything is denied');
    expect(connectivity.denied(a, b).explanation).toContain('app/none-out');
  });

  test('that does not hold tells why', () => {
    expect(connectivity.allowed(a, b).explanation).toContain('Egress of app/a[Pod]: blocked');
  });
});
