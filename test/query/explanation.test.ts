import { policyName } from '../../src/cluster/cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { formatPath } from '../../src/findings/finding';
import { explain, SideExplanation } from '../../src/query/explanation';
import { flow } from '../../src/query/flow';
import { labelled, member, pod, policy, port, reachOf } from '../support/cluster-objects';

function explained(reach: Reachability, from: string, to: string, on?: string) {
  return explain(reach, flow(reach, member(reach, from), member(reach, to)), on === undefined ? undefined : port(on));
}

/** A side, with names for policies and rules. */
function shown({ passes, isolatedBy, allowedBy, nearMisses, fix }: SideExplanation): object {
  return {
    passes,
    isolatedBy: isolatedBy.map(policyName),
    allowedBy: allowedBy.map(({ policy: p, rule, connections }) => `${p.name} ${formatPath(rule.path)}: ${connections}`),
    nearMisses: nearMisses.map(({ policy: p, rule }) => `${p.name} ${formatPath(rule.path)}`),
    fix: fix?.kind,
  };
}

const OPEN = { passes: true, isolatedBy: [], allowedBy: [], nearMisses: [], fix: undefined };

describe('an explanation', () => {
  const fromWeb = { from: [{ podSelector: labelled({ app: 'web' }) }] };
  const reach = reachOf(
    pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/other', { app: 'other' }),
    policy('x/deny', { podSelector: {} }),
    policy('x/db', { podSelector: labelled({ app: 'db' }), ingress: [{ ...fromWeb, ports: [{ port: 5432 }, { port: 5433 }] }, { ...fromWeb, ports: [{ port: 5432 }] }, { ports: [{ port: 9090 }] }] }),
  );

  test('of a side that passes names each rule that allows it, and no near miss', () => {
    const { answer, egress, ingress } = explained(reach, 'x/web', 'x/db', 'tcp/5432');
    expect(answer).toBe('yes');
    expect(shown(egress)).toEqual(OPEN);
    expect(shown(ingress)).toEqual({
      passes: true, isolatedBy: ['x/deny', 'x/db'], allowedBy: ['db spec.ingress[0]: TCP 5432', 'db spec.ingress[1]: TCP 5432'], nearMisses: [], fix: undefined,
    });
  });

  test('of a blocked side names the policies that isolate, the near misses, and a fix', () => {
    const { answer, ingress } = explained(reach, 'x/other', 'x/db', 'tcp/5432');
    expect(answer).toBe('no');
    expect(shown(ingress)).toEqual({
      passes: false, isolatedBy: ['x/deny', 'x/db'], allowedBy: [], nearMisses: ['db spec.ingress[0]', 'db spec.ingress[1]', 'db spec.ingress[2]'], fix: 'rule',
    });
  });

  test('of a range that partly passes shows the part', () => {
    expect(shown(explained(reach, 'x/web', 'x/db', 'tcp/5430-5432').ingress)).toMatchObject({
      passes: false, allowedBy: ['db spec.ingress[0]: TCP 5432', 'db spec.ingress[1]: TCP 5432'],
    });
  });

  test('without a port shows all connections that the rules allow', () => {
    expect(shown(explained(reach, 'x/web', 'x/db').ingress)).toMatchObject({
      allowedBy: ['db spec.ingress[0]: TCP 5432-5433', 'db spec.ingress[1]: TCP 5432', 'db spec.ingress[2]: TCP 9090'],
    });
  });

  test('has the source as subject of egress and the destination as subject of ingress', () => {
    const { egress, ingress } = explained(reach, 'x/web', 'x/db');
    expect([egress.subject.name, egress.peer.name]).toEqual(['x/web[Pod]', 'x/db[Pod]']);
    expect([ingress.subject.name, ingress.peer.name]).toEqual(['x/db[Pod]', 'x/web[Pod]']);
  });

  test('of a pod and itself names no policy', () => {
    const { answer, ingress } = explained(reach, 'x/db', 'x/db', 'tcp/1');
    expect(answer).toBe('yes');
    expect(shown(ingress)).toEqual(OPEN);
  });

  test('of the side of an address names no policy', () => {
    expect(shown(explained(reach, '1.2.3.4', 'x/db').egress)).toEqual(OPEN);
  });

  test('of a port name that the destination does not have has no near miss and no fix', () => {
    const everything = reachOf(pod('x/web'), pod('x/db'), policy('x/open', { podSelector: {}, ingress: [{}, { ports: [{ port: 80 }] }] }));
    const { answer, egress, ingress } = explained(everything, 'x/web', 'x/db', 'tcp/metrics');
    expect(answer).toBe('no');
    expect(shown(egress)).toMatchObject({ passes: false, nearMisses: [], fix: undefined });
    expect(shown(ingress)).toEqual({ passes: false, isolatedBy: ['x/open'], allowedBy: [], nearMisses: [], fix: undefined });
  });
});
