import { factOf, fixOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { namedParty, Party } from '../../src/claims/party';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Fixes where the usual change of a policy is not possible, or would not last. */

const DB = deployment('x/db', { app: 'db' });

function verdictOf(yaml: string, ...objects: object[]): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(clusterOfObjects([DB, ...objects]), intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  return judged.verdicts[0].verdict;
}

describe('no policy can be in a namespace that does not exist', () => {
  const NEW = '{ namespaceLabels: { team: a } }';
  const byName = 'name the namespaces in the claim: no policy can be in a namespace before it exists';

  test('so the fix is to name it, if both ends are in new ones or the subject of a list is', () => {
    expect(fixOf(verdictOf(`denied: [{ from: ${NEW}, to: { namespaceLabels: { team: b } } }]`))?.text).toBe(byName);
    expect(fixOf(verdictOf(`admitsOnly: [{ to: ${NEW}, from: [] }]`))?.text).toBe(byName);
  });

  test('so the fix isolates the other end, if one end is in a new one', () => {
    expect(fixOf(verdictOf(`denied: [{ from: ${NEW}, to: x/db }]`, namespace('x')))?.text).toBe('add a policy that selects x/db[Deployment] and has Ingress in its policyTypes');
    expect(fixOf(verdictOf(`denied: [{ from: x/db, to: ${NEW} }]`, namespace('x')))?.text).toBe('add a policy that selects x/db[Deployment] and has Egress in its policyTypes');
  });
});

test('a policy that cdk8s-netpol wrote is changed in its app, because the next synth writes it again', () => {
  const written: any = policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'fe' }) }] }] });
  written.metadata.labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };
  const fe = deployment('x/fe', { app: 'fe' });
  const text = 'remove or narrow the call in the app for which cdk8s-netpol wrote x/in';
  expect(fixOf(verdictOf('admitsOnly: [{ to: x/db, from: [] }]', fe, written))?.text).toBe(text);
  expect(fixOf(verdictOf('denied: [{ from: x/fe, to: x/db }]', fe, written))?.text).toBe(text);
});

test('a policy that is there for DNS has a fix of its own', () => {
  const dns = policy('x/dns', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 53 }] }] });
  const judge = ClaimJudge.of(clusterOfObjects([DB, dns]));
  const calls = { opening: () => ({}), making: () => ['the DefaultDeny'], isolating: () => undefined, withoutDns: ({ name }: { name: string }) => name === 'dns' ? 'list DNS' : undefined };
  const outcome = judge.judge({ kind: 'reachesOnly', target: namedParty(judge.reach, 'x/db') as Party, listed: [], calls });
  expect(fixOf((outcome as { verdict: ClaimVerdict }).verdict)?.text).toBe('list DNS');
  // A patch can turn it into a policy for ingress, which has nothing to do with DNS.
  const patched = ClaimJudge.of(clusterOfObjects([DB, policy('x/dns', { podSelector: {}, ingress: [{}] })]));
  const admits = patched.judge({ kind: 'admitsOnly', target: namedParty(patched.reach, 'x/db') as Party, listed: [], calls });
  expect(fixOf((admits as { verdict: ClaimVerdict }).verdict)?.text).toBe('remove or narrow the DefaultDeny');
});

describe('the address of a pod can be stated', () => {
  const agent = deployment('x/agent', { app: 'agent' }, { hostNetwork: true });
  const onBlock = policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  const AS_BLOCK = 'state the addresses of pods with --pod-cidr, in netpol.yaml or by ClusterFacts.of(scope).addPodCidrs(...)';
  const fact = (yaml: string, ...objects: object[]) => {
    const verdict = verdictOf(yaml, ...objects);
    return factOf(verdict, 'pod-address', verdict.witness!);
  };

  test('as a block of pod addresses, unless the pod is on the network of its node', () => {
    expect(fact('denied: [{ from: { namespace: x, labels: { app: web } }, to: x/db }]', onBlock)).toBe(AS_BLOCK);
    expect(fact('denied: [{ from: x/agent, to: 10.0.0.1 }]', agent)).toBe(AS_BLOCK);
    expect(fact('denied: [{ from: { namespace: x, labels: { app: agent } }, to: x/db, scope: DECLARED }]', agent, onBlock))
      .toBe('judge the manifests of the running pods, which have the addresses of their nodes');
  });

  test('as a block, if the address of another pod matters too', () => {
    const verdict = verdictOf('denied: [{ from: { namespace: x, labels: { app: web } }, to: x/db }]', onBlock);
    const { source } = verdict.witness! as any;
    const both = { ...verdict.witness!, destination: { ...source, pod: { ...source.pod, hostNetwork: true } } };
    expect(factOf(verdict, 'pod-address', both)).toBe(AS_BLOCK);
  });
});
