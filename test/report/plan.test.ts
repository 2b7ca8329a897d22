import { spawnSync } from 'child_process';
import { Plan, PlanObstacle, PlanStep } from '../../src/changes/plan';
import { planJson, PlanReport, planScript, planText, planVerdict } from '../../src/report/plan';

/* How a plan is written: plans that nobody computed, in each format. */

const CONNECTION = { from: 'shop/web[Deployment]', to: '10.0.0.1', port: 'TCP 443' };
const object = (name: string, namespace?: string) =>
  ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, ...namespace !== undefined && { namespace } }, spec: { podSelector: {} } });
const CREATE: PlanStep = {
  operation: 'create', name: 'NetworkPolicy shop/bridge', namespace: 'shop', object: object('bridge', 'shop'), isBridge: true, purpose: 'keeps ingress open',
};
const UPDATE: PlanStep = {
  operation: 'update',
  name: 'NetworkPolicy shop/web',
  namespace: 'shop',
  object: object('web', 'shop'),
  isBridge: false,
  place: { file: 'new.yaml', line: 3, column: 1 },
  purpose: 'without rules for the time being',
  opens: CONNECTION,
};
const DELETE: PlanStep = {
  operation: 'delete',
  name: 'ClusterNetworkPolicy guard',
  isBridge: false,
  closes: CONNECTION,
  place: { file: 'old.yaml', line: 9, column: 1 },
  object: { apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', metadata: { name: 'guard' } },
};
const NOTHING = { added: [], removed: [], changed: [], unevaluated: [], unread: [] };
const cut: PlanObstacle = { step: 'update NetworkPolicy shop/web', kind: 'cut', connection: CONNECTION };
const reason = { code: 'policy-kind', what: 'CiliumNetworkPolicy shop/c', place: { file: 'c.yaml', line: 1, column: 1 } } as const;

function reportOf(plan: Partial<Plan>, heldBy?: PlanReport['heldBy']): PlanReport {
  return { before: 'old', after: 'new', plan: { outcome: 'smooth', steps: [], obstacles: [], undecided: [], elsewhere: NOTHING, ...plan }, heldBy };
}
const text = (plan: Partial<Plan>) => [...planText(reportOf(plan))].join('');
const script = (plan: Partial<Plan>, heldBy?: PlanReport['heldBy']) => [...planScript(reportOf(plan, heldBy))].join('');
const json = (plan: Partial<Plan>) => JSON.parse([...planJson(reportOf(plan))].join(''));
const elsewhere = (more: Partial<typeof NOTHING> | Record<string, string[]>) => ({ ...NOTHING, ...more });

describe('the first line', () => {
  const SAFE = 'without a gap: after each one, everything passes that both versions allow, and nothing that neither of them allows, for every possible pod.';

  test('counts the steps of a smooth plan, and says what is undecided', () => {
    expect(planVerdict(reportOf({ steps: [CREATE] }))).toBe(`1 step ${SAFE}`);
    expect(planVerdict(reportOf({ steps: [CREATE, DELETE] }))).toBe(`2 steps ${SAFE}`);
    expect(planVerdict(reportOf({ steps: [CREATE], undecided: [reason] }))).toBe(`As far as netpol can judge: 1 step ${SAFE} It is undecided whether the cluster has other gaps.`);
    expect(planVerdict(reportOf({ steps: Array(1200).fill(CREATE) }))).toMatch(/^1,200 steps /);
  });

  test('says nothing to do only if netpol has read and judged everything', () => {
    expect(planVerdict(reportOf({}))).toBe('Nothing to do: the policies of both versions are the same.');
    for (const plan of [{ undecided: [reason] }, { elsewhere: elsewhere({ unevaluated: ['x'] }) }, { elsewhere: elsewhere({ unread: ['x'] }) }]) {
      expect(planVerdict(reportOf(plan))).toBe('No steps: the policies that netpol can judge are the same in both versions.');
    }
    expect(planVerdict(reportOf({ elsewhere: elsewhere({ added: ['x'], removed: ['y'], changed: ['z'] }) }))).toBe('Nothing to do: the policies of both versions are the same.');
  });

  test('counts the gaps of a plan by a preference', () => {
    expect(planVerdict(reportOf({ outcome: 'uneven', steps: [CREATE, { ...UPDATE, obstacle: cut }, DELETE] }))).toBe('3 steps, 1 of them with a gap.');
    expect(planVerdict(reportOf({ outcome: 'uneven', steps: [{ ...UPDATE, obstacle: cut }], undecided: [reason] })))
      .toBe('As far as netpol can judge: 1 step, 1 of them with a gap. It is undecided whether the cluster has other gaps.');
  });

  test('says that there is no plan', () => {
    expect(planVerdict(reportOf({ outcome: 'none', steps: [CREATE], obstacles: [cut] })))
      .toBe('netpol found no order without a gap: 1 change is left after 1 step. Another order may exist: this is a search.');
    expect(planVerdict(reportOf({ outcome: 'none', obstacles: [cut, cut] }))).toMatch(/: 2 changes are left after 0 steps\. /);
  });
});

describe('the text', () => {
  test('has the steps with their places, what they are for and what they change', () => {
    expect(text({ steps: [CREATE, UPDATE, DELETE] }).split('\n').slice(1)).toEqual([
      '',
      '1. create NetworkPolicy shop/bridge',
      '   a bridging policy: keeps ingress open',
      '   changes no connection',
      '2. update NetworkPolicy shop/web (new.yaml:3:1)',
      '   without rules for the time being',
      '   opens, for example, shop/web[Deployment] → 10.0.0.1 on TCP 443',
      '3. delete ClusterNetworkPolicy guard (old.yaml:9:1)',
      '   closes, for example, shop/web[Deployment] → 10.0.0.1 on TCP 443',
      '',
    ]);
  });

  test('aligns the numbers', () => {
    const lines = text({ steps: Array(10).fill(DELETE) }).split('\n');
    expect(lines.filter(line => line.includes('delete'))).toEqual(Array.from({ length: 10 }, (_, i) => `${i === 9 ? '10' : ` ${i + 1}`}. delete ClusterNetworkPolicy guard (old.yaml:9:1)`));
    expect(lines.filter(line => line.includes('closes')).every(line => line.startsWith('    closes'))).toBe(true);
  });

  test('marks each gap', () => {
    expect(text({ outcome: 'uneven', steps: [{ ...DELETE, obstacle: cut }] })).toContain('\n   gap: cuts shop/web[Deployment] → 10.0.0.1 on TCP 443, which both versions allow\n   closes');
  });

  test('says what is left if there is no plan, and which options there are', () => {
    const obstacles: PlanObstacle[] = [
      cut, { ...cut, kind: 'opened' }, { ...cut, kind: 'tie' }, { step: 'delete NetworkPolicy shop/x\u001b', kind: 'budget' },
    ];
    expect(text({ outcome: 'none', obstacles }).split('\n').slice(1)).toEqual([
      '',
      'What is left, and what each change would do if it came next:',
      '  update NetworkPolicy shop/web: cuts shop/web[Deployment] → 10.0.0.1 on TCP 443, which both versions allow',
      '  update NetworkPolicy shop/web: lets through shop/web[Deployment] → 10.0.0.1 on TCP 443, which neither version allows',
      '  update NetworkPolicy shop/web: leaves two policies of one priority that disagree about shop/web[Deployment] → 10.0.0.1 on TCP 443',
      '  delete NetworkPolicy shop/x\\u001b: the search for what it cuts or opens takes too many steps',
      'With --prefer open, the plan goes on and cuts nothing. With --prefer closed, it goes on and lets nothing through.',
      '',
    ]);
  });

  test('names what else differs, at most five names of each sort, before and after the steps', () => {
    const all = text({
      steps: [DELETE],
      undecided: [reason],
      elsewhere: { added: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], removed: ['h'], changed: ['i', 'j'], unevaluated: ['k'], unread: ['1', '2', '3', '4', '5'] },
    }).split('\n');
    expect(all.slice(1, 4)).toEqual([
      'Apply these yourself, before the plan: a, b, c, d, e and 2 more',
      'These differ too, and the plan judges them as the new version has them: i and j',
      '',
    ]);
    expect(all.slice(-6)).toEqual([
      '',
      'Delete these yourself, after the plan: h',
      'These policies differ, and netpol does not evaluate them. No step applies them: k',
      'No step changes these policies, because netpol could not read what each version says about them: 1, 2, 3, 4 and 5',
      'Undecided, because CiliumNetworkPolicy shop/c is of a kind that netpol does not evaluate (c.yaml:1:1; policy-kind)',
      '',
    ]);
  });

  test('is one line if nothing differs', () => {
    expect(text({})).toBe('Nothing to do: the policies of both versions are the same.\n');
  });
});

describe('JSON', () => {
  test('has what the plan has, with the fields of docs/plan.md', () => {
    expect(json({ steps: [CREATE, { ...UPDATE, obstacle: cut }, DELETE], outcome: 'uneven', undecided: [reason], elsewhere: elsewhere({ added: ['x'] }) })).toEqual({
      before: 'old',
      after: 'new',
      outcome: 'uneven',
      steps: [
        { operation: 'create', name: CREATE.name, namespace: 'shop', bridge: true, purpose: CREATE.purpose, object: CREATE.object },
        {
          operation: 'update',
          name: UPDATE.name,
          namespace: 'shop',
          file: 'new.yaml',
          line: 3,
          column: 1,
          bridge: false,
          purpose: UPDATE.purpose,
          opens: CONNECTION,
          obstacle: cut,
          object: UPDATE.object,
        },
        { operation: 'delete', name: DELETE.name, file: 'old.yaml', line: 9, column: 1, bridge: false, closes: CONNECTION, object: DELETE.object },
      ],
      obstacles: [],
      undecided: [{ code: 'policy-kind', what: reason.what, file: 'c.yaml', line: 1, column: 1 }],
      elsewhere: elsewhere({ added: ['x'] }),
    });
    expect(json({ outcome: 'none', obstacles: [cut] })).toMatchObject({ steps: [], obstacles: [cut] });
  });

  test('has one line for each step', () => {
    const lines = [...planJson(reportOf({ steps: [CREATE, DELETE] }))].join('').split('\n');
    expect(lines[2]).toBe('  "steps": [');
    expect(lines.slice(3, 5).map(line => line.slice(0, 25))).toEqual(['    {"operation":"create"', '    {"operation":"delete"']);
    expect(lines.slice(5)).toEqual(['  ],', '  "obstacles": [],', '  "undecided": [],', `  "elsewhere": ${JSON.stringify(NOTHING)}`, '}', '']);
    expect([...planJson(reportOf({}))].join('')).toContain('\n  "steps": [],\n');
  });
});

describe('the script', () => {
  const MANIFEST = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n';

  test('has a comment and a command for each step, and waits between two of them', () => {
    const [head, first, ...others] = script({ steps: [CREATE, UPDATE, DELETE], elsewhere: elsewhere({ added: ['x'], removed: ['y'] }), undecided: [reason] }).split('\n\n');
    expect(head.split('\n').map(line => line.slice(0, 48))).toEqual([
      '#!/bin/sh', '# Steps from old to new, printed by netpol plan.', '# As far as netpol can judge: 3 steps without a ', '# Apply these yourself, before the plan: x',
      '# Delete these yourself, after the plan: y', '# Undecided, because CiliumNetworkPolicy shop/c ', '# The network plugin needs a moment for each ste', 'set -eu',
    ]);
    expect(first).toBe('# 1. create NetworkPolicy shop/bridge\n# a bridging policy: keeps ingress open\n# changes no connection\n'
      + `kubectl create --save-config --namespace='shop' -f - <<'END'\n${MANIFEST}  name: bridge\n  namespace: shop\nspec:\n  podSelector: {}\nEND`);
    expect(others.map(lines => lines.split('\n')[0])).toEqual([
      'sleep "${NETPOL_PAUSE:-5}"', '# 2. update NetworkPolicy shop/web', 'sleep "${NETPOL_PAUSE:-5}"', '# 3. delete ClusterNetworkPolicy guard',
    ]);
  });

  test('deletes by the kind with its group, so that no other kind of this name is meant', () => {
    expect(script({ steps: [DELETE] })).toMatch(/\nkubectl delete 'ClusterNetworkPolicy\.v1alpha2\.policy\.networking\.k8s\.io' 'guard' --ignore-not-found\n$/);
    expect(script({ steps: [{ ...CREATE, operation: 'delete' }] })).toMatch(/\nkubectl delete 'NetworkPolicy\.v1\.networking\.k8s\.io' 'bridge' --namespace='shop' --ignore-not-found\n$/);
  });

  test('is valid for the shell whatever a manifest or a name has', () => {
    const evil = { ...object('web', "o'brien"), metadata: { name: 'web', namespace: "o'brien", annotations: { note: 'END\nEND_\n# x' } } };
    const lines = script({ steps: [{ ...UPDATE, object: evil, namespace: "o'brien", name: 'NetworkPolicy o\nx' }] });
    expect(lines).toContain("\nkubectl replace --save-config --namespace='o'\\''brien' -f - <<'END");
    expect(lines).toContain('# 1. update NetworkPolicy o\\u000ax\n');
    expect(spawnSync('sh', ['-n'], { input: lines }).status).toBe(0);
  });

  test('changes nothing without a plan, and says what is in the way', () => {
    const held = script({ outcome: 'none', steps: [CREATE], obstacles: [cut] });
    expect(held).toContain('# update NetworkPolicy shop/web: cuts shop/web[Deployment] → 10.0.0.1 on TCP 443, which both versions allow\n');
    expect(held).not.toContain('kubectl');
    const { status, stderr } = spawnSync('sh', [], { input: held, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 1, stderr: 'This script changes nothing. netpol found no order without a gap: 1 change is left after 1 step. Another order may exist: this is a search.\n',
    });
  });

  test.each([
    ['fault', 'This script changes nothing, because the input of netpol plan has faults. Correct them, or write --keep-going.\n'],
    ['undecided', 'This script changes nothing, because netpol cannot judge everything. Write --allow-undecided for the steps.\n'],
  ] as const)('changes nothing if it is held by: %s', (heldBy, message) => {
    const held = script({ steps: [CREATE] }, heldBy);
    expect(held).not.toContain('kubectl');
    expect(spawnSync('sh', [], { input: held, encoding: 'utf8' })).toMatchObject({ status: 1, stderr: message });
  });
});
