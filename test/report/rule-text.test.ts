import { policy } from './shop';
import { allowanceText } from '../../src/report/private/side-text';
import { reachOfYaml } from '../support/manifests';

function egressOf(rules: string): string {
  const [read] = reachOfYaml(policy('web', `{ podSelector: {}, policyTypes: [Egress], egress: ${rules} }`)).cluster.policies;
  return allowanceText(read, 'egress');
}

test.each([
  ['[]', 'which has no egress rule: it allows nothing'],
  ['[{}]', 'which allows egress only to anything on every port'],
  ['[{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ port: 443 }] }]',
    'which allows egress only to ipBlock 10.0.0.0/8 except 10.1.0.0/16 on TCP 443'],
  ['[{ to: [{ podSelector: { matchLabels: { app: db } } }, { namespaceSelector: {} }], ports: [{ protocol: UDP, port: dns }] }]',
    "which allows egress only to pods app=db of namespace 'app' or every pod of every namespace on UDP dns"],
  ['[{ to: [{ namespaceSelector: { matchLabels: { team: a } } }], ports: [{ port: 80, endPort: 90 }, { protocol: UDP }] }]',
    'which allows egress only to every pod of namespaces team=a on TCP 80-90, UDP 1-65535'],
  ['[{ to: [{ podSelector: {} }] }, { ports: [{ port: 53 }] }]',
    "which allows egress only to every pod of namespace 'app' on every port; to anything on TCP 53"],
  ['[{}, {}, {}, {}]', 'which allows egress by 4 rules'],
])('%s: %s', (rules, text) => {
  expect(egressOf(rules)).toBe(text);
});

test('ingress comes from somewhere', () => {
  const [read] = reachOfYaml(policy('web', '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }')).cluster.policies;
  expect(allowanceText(read, 'ingress')).toBe('which allows ingress only from anything on TCP 80');
});
