import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { namedParty, Party, PartyPart } from '../../src/claims/party';
import { WitnessEnd } from '../../src/claims/witness';
import { FAMILY_RANGE, parseAddress } from '../../src/k8s/address';
import { Selector } from '../../src/k8s/selector';
import { namespaceNamed } from '../../src/query/parties';
import { deployment, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Claims about pods on the network of their node, which no policy isolates. */

const onHost = (name: string, ...ips: string[]) => pod(`x/${name}`, { app: name }, { hostNetwork: true, ips });
const DB = deployment('x/db', { app: 'db' });

function judgeOf(...objects: object[]): ClaimJudge {
  return ClaimJudge.of(clusterOfObjects(objects));
}

function workload({ reach }: ClaimJudge, name: string): Party {
  return namedParty(reach, name) as Party;
}

describe('a pod that may have the known address of another pod on its node', () => {
  const shared = parseAddress('10.0.0.1') as bigint;
  const { IPv4, IPv6 } = FAMILY_RANGE;
  const others: Party = { name: 'all other addresses', parts: [{ kind: 'addresses', ranges: [{ ...IPv4, last: shared - 1n }, { ...IPv4, first: shared + 1n }, IPv6] }] };

  test.each<[string, object[]]>([
    ['no policy isolates the target', []],
    ['a rule has no peers', [policy('x/p', { podSelector: {}, ingress: [{}] })]],
    ['a rule has a block with the address', [policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/32' } }] }] })]],
  ])('is outside a list that has the other pod and all other addresses, if %s', (_, policies) => {
    const judge = judgeOf(DB, onHost('a'), onHost('b', '10.0.0.1'), ...policies);
    const admitsOnly = (...names: string[]) => judge.judge({
      kind: 'admitsOnly', target: workload(judge, 'x/db'), listed: [others, ...names.map(name => workload(judge, name))],
    });
    expect(admitsOnly('x/b')).toMatchObject({ verdict: { answer: 'fails', witness: { source: { name: 'x/a[Pod]', pod: { addresses: [shared] } }, breaks: [] } } });
    expect(admitsOnly('x/a', 'x/b')).toMatchObject({ verdict: { answer: 'holds', assumptions: [] } });
  });
});

describe('a witness says whether a declared pod is in a party by its labels', () => {
  const isByLabels = (end: WitnessEnd) => end.kind === 'pod' ? end.isByLabels : undefined;
  const selected = (app: string): PartyPart => ({ kind: 'selected', namespaces: namespaceNamed('x'), pods: Selector.labels({ app }), ports: [] });
  const byLabels = (app: string): Party => ({ name: app, parts: [selected(app)] });
  const denied = (from: (judge: ClaimJudge) => Party, ...objects: object[]): ClaimVerdict => {
    const judge = judgeOf(DB, ...objects);
    return (judge.judge({ kind: 'denied', from: from(judge), to: workload(judge, 'x/db') }) as { verdict: ClaimVerdict }).verdict;
  };
  const AGENT = onHost('agent');

  test('yes, if the party names labels', () => {
    const { witness } = denied(() => byLabels('agent'), AGENT);
    expect(witness).toMatchObject({ kind: 'passes', source: { name: 'x/agent[Pod]', isByLabels: true }, destination: { isByLabels: false } });
  });

  test('no, if the party names the workload, also beside other pods or addresses', () => {
    const named = (judge: ClaimJudge) => workload(judge, 'x/agent').parts;
    const ADDRESSES: PartyPart = { kind: 'addresses', ranges: [FAMILY_RANGE.IPv4] };
    for (const more of [[], [ADDRESSES], [selected('agent')]]) {
      const { witness } = denied(judge => ({ name: 'agents', parts: [...named(judge), ...more] }), AGENT, policy('x/closed', { podSelector: {} }));
      // Its node reaches the pod whatever the policy says, and the party names the pod.
      expect(witness).toMatchObject({ kind: 'own-node', source: { name: 'x/agent[Pod]', isByLabels: false } });
    }
  });

  test('no, if the pod could exist, or is outside a list', () => {
    expect(isByLabels(denied(() => byLabels('agent')).witness!.source)).toBe(false);
    const judge = judgeOf(DB, onHost('agent', '10.1.0.5'), policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.1.0.5/32' } }] }] }));
    expect(judge.judge({ kind: 'admitsOnly', target: workload(judge, 'x/db'), listed: [] })).toMatchObject({
      verdict: { witness: { source: { name: 'x/agent[Pod]', isByLabels: false } } },
    });
  });
});
