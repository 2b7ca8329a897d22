import { policyName } from '../../src/cluster/cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { formatPath } from '../../src/findings/finding';
import { explain, SideExplanation } from '../../src/query/explanation';
import { flow } from '../../src/query/flow';
import { labelled, member, pod, policy, port, reachOf } from '../support/cluster-objects';

function explained(reach: Reachability, from: string, to: string, on?: string) {
  return explain(reach, flow(reach, member(reach, from), member(reach, to)), on === undefined ? undefined : port(on));
}

/** What a side says, in names. */
function told({ passes, isolatedBy, allowedBy, nearMisses, fix: mend }: SideExplanation): object {
  return {
    passes,
    isolatedBy: isolatedBy.map(policyName),
    allowedBy: allowedBy.map(({ policy: p, rule, connections }) => `${p.name} ${formatPath(rule.path)}: ${connections}`),
    nearMisses: nearMisses.map(({ policy: p, rule }) => `${p.name} ${formatPath(rule.path)}`),
    mend: mend?.kind,
  };
}

const OPEN = { passes: true, isolatedBy: [], allowedBy: [], nearMisses: [], mend: undefined };

describe('an explanation', () => {
  const fromWeb = { from: [{ podSelector: labelled({ app: 'web' }) }] };
  const reach = reachOf(
    pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/other'),
    policy('x/deny', { podSelector: {} }),
    policy('x/db', { podSelector: labelled({ app: 'db' }), ingress: [{ ...fromWeb, ports: [{ port: 5432 }, { port: 5433 }] }, { ...fromWeb, ports: [{ port: 5432 }] }, { ports: [{ port: 9090 }] }] }),
  );

  test('of what passes names each rule that lets it, and nothing that comes near', () => {
    const { allowed, egress, ingress } = explained(reach, 'x/web', 'x/db', 'tcp/5432');
    expect(allowed).toBe(true);
    expect(told(egress)).toEqual(OPEN);
    expect(told(ingress)).toEqual({
      passes: true, isolatedBy: ['x/deny', 'x/db'], allowedBy: ['db spec.ingress[0]: TCP 5432', 'db spec.ingress[1]: TCP 5432'], nearMisses: [], mend: undefined,
    });
  });

  test('of what does not pass names who isolates, what comes near, and a mend', () => {
    const { allowed, ingress } = explained(reach, 'x/other', 'x/db', 'tcp/5432');
    expect(allowed).toBe(false);
    expect(told(ingress)).toEqual({
      passes: false, isolatedBy: ['x/deny', 'x/db'], allowedBy: [], nearMisses: ['db spec.ingress[0]', 'db spec.ingress[1]', 'db spec.ingress[2]'], mend: 'rule',
    });
  });

  test('of a range that passes in part shows the part', () => {
    expect(told(explained(reach, 'x/web', 'x/db', 'tcp/5430-5432').ingress)).toMatchObject({
      passes: false, allowedBy: ['db spec.ingress[0]: TCP 5432', 'db spec.ingress[1]: TCP 5432'],
    });
  });

  test('without a port shows all that the rules give', () => {
    expect(told(explained(reach, 'x/web', 'x/db').ingress)).toMatchObject({
      allowedBy: ['db spec.ingress[0]: TCP 5432-5433', 'db spec.ingress[1]: TCP 5432', 'db spec.ingress[2]: TCP 9090'],
    });
  });

  test('has the source as subject of egress and the destination as subject of ingress', () => {
    const { egress, ingress } = explained(reach, 'x/web', 'x/db');
    expect([egress.subject.name, egress.peer.name]).toEqual(['x/web[Pod]', 'x/db[Pod]']);
    expect([ingress.subject.name, ingress.peer.name]).toEqual(['x/db[Pod]', 'x/web[Pod]']);
  });

  test('of a pod and itself names no policy: none has a say', () => {
    const { allowed, ingress } = explained(reach, 'x/db', 'x/db', 'tcp/1');
    expect(allowed).toBe(true);
    expect(told(ingress)).toEqual(OPEN);
  });

  test('of an address on its own side names no policy', () => {
    expect(told(explained(reach, '1.2.3.4', 'x/db').egress)).toEqual(OPEN);
  });

  test('of a port name that the destination does not have blames no rule and has no mend, whatever the rules', () => {
    const everything = reachOf(pod('x/web'), pod('x/db'), policy('x/open', { podSelector: {}, ingress: [{}, { ports: [{ port: 80 }] }] }));
    const { allowed, egress, ingress } = explained(everything, 'x/web', 'x/db', 'tcp/metrics');
    expect(allowed).toBe(false);
    expect(told(egress)).toMatchObject({ passes: false, nearMisses: [], mend: undefined });
    expect(told(ingress)).toEqual({ passes: false, isolatedBy: ['x/open'], allowedBy: [], nearMisses: [], mend: undefined });
  });
});
