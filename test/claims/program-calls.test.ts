import { Claim, ProgramCalls } from '../../src/claims/claim';
import { fixOf } from '../../src/claims/claim-findings';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { namedParty, Party } from '../../src/claims/party';
import { formatPortQuery } from '../../src/query/ports';
import { deployment, labelled, pod, policy, port } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* If a program wrote the policies, the fix for a claim that does not hold names its calls, and not what they have written. */

const FE = deployment('x/fe', { app: 'fe' });
const DB = deployment('x/db', { app: 'db' });
const isolated = (app: string, type: 'Ingress' | 'Egress', ...rules: object[]) =>
  policy(`x/${app}-${type.toLowerCase()}`, { podSelector: labelled({ app }), policyTypes: [type], [type.toLowerCase()]: rules });

/** The calls of a program: each policy was made by the calls of its name. */
function callsOf(more: Partial<ProgramCalls> & { readonly made?: Readonly<Record<string, readonly string[]>> } = {}): ProgramCalls {
  return { opening: () => ({}), making: ({ name }) => more.made?.[name] ?? [], isolating: () => undefined, ...more };
}

/** The fix for a claim about x/fe and x/db. */
function fixFor(objects: readonly object[], claim: (fe: Party, db: Party) => Claim, calls: ProgramCalls): string | undefined {
  const judge = ClaimJudge.of(clusterOfObjects([DB, ...objects]));
  const [fe, db] = ['x/fe', 'x/db'].map(name => namedParty(judge.reach, name) as Party);
  return fixOf((judge.judge({ ...claim(fe, db), calls }) as { verdict: ClaimVerdict }).verdict)?.text;
}

describe('for a connection that is blocked', () => {
  const allowed = (from: Party, to: Party): Claim => ({ kind: 'allowed', from, to });
  const opening = (): ReturnType<ProgramCalls['opening']> => ({ egress: 'fe.allowTo(db)', ingress: 'db.allowFrom(fe)' });
  const CLOSED = [isolated('fe', 'Egress'), isolated('db', 'Ingress')];

  test('the fix is the call that opens the side that blocks, or the calls that open both', () => {
    expect(fixFor([FE, CLOSED[0]], allowed, callsOf({ opening }))).toBe('write fe.allowTo(db)');
    expect(fixFor([FE, CLOSED[1]], allowed, callsOf({ opening }))).toBe('write db.allowFrom(fe)');
    expect(fixFor([FE, ...CLOSED], allowed, callsOf({ opening }))).toBe('write fe.allowTo(db)\nwrite db.allowFrom(fe)');
  });

  test('the fix is one call if it opens both sides', () => {
    const both = () => ({ egress: 'db.allowFrom(fe)', ingress: 'db.allowFrom(fe)' });
    expect(fixFor([FE, ...CLOSED], allowed, callsOf({ opening: both }))).toBe('write db.allowFrom(fe)');
  });

  test('both sides have to let the ports pass if each lets other ports pass', () => {
    const other = [isolated('fe', 'Egress', { ports: [{ port: 1 }] }), isolated('db', 'Ingress', { ports: [{ port: 2 }] })];
    expect(fixFor([FE, ...other], allowed, callsOf({ opening }))).toBe('write fe.allowTo(db)\nwrite db.allowFrom(fe)');
  });

  test('the call knows the ports, and whether the claim names them', () => {
    const withPorts: ProgramCalls['opening'] = (ports, named) => ({ ingress: `open ${ports?.map(formatPortQuery).join() ?? 'every port'}, ${named ? 'named' : 'its own'}` });
    expect(fixFor([FE, CLOSED[1]], allowed, callsOf({ opening: withPorts }))).toBe('write open every port, its own');
    expect(fixFor([FE, CLOSED[1]], (from, to) => ({ ...allowed(from, to), ports: [port('udp/53')] }), callsOf({ opening: withPorts }))).toBe('write open UDP 53, named');
  });

  test('no call opens a side if the program has no tier for it, or if a pod on its node would be the peer', () => {
    expect(fixFor([FE, CLOSED[1]], allowed, callsOf())).toBe('no call allows ingress of x/db[Deployment]: make a tier for the pods that the claim means, with labels of their own');
    const onHost = pod('x/fe', { app: 'fe' }, { hostNetwork: true });
    expect(fixFor([onHost, CLOSED[1]], allowed, callsOf({ opening })))
      .toBe("allow ingress of x/db[Deployment] by a Peer.cidr(...) with the addresses of nodes: no selector matches x/fe[Pod], which is on its node's network");
  });
});

describe('for a connection that passes', () => {
  const denied = (from: Party, to: Party): Claim => ({ kind: 'denied', from, to });
  const OPEN = isolated('db', 'Ingress', {});

  test('the fix is to narrow the calls that made the policies', () => {
    expect(fixFor([FE, OPEN], denied, callsOf({ made: { 'db-ingress': ['db.allowFrom(fe)', 'fe.allowTo(db)'] } }))).toBe('remove or narrow db.allowFrom(fe) and fe.allowTo(db)');
    const twice = policy('x/again', { podSelector: {}, ingress: [{}] });
    expect(fixFor([FE, OPEN, twice], denied, callsOf({ made: { 'db-ingress': ['db.allowFrom(fe)'], 'again': ['db.allowFrom(fe)'] } }))).toBe('remove or narrow db.allowFrom(fe)');
    // A policy of the program that no call made is an object, and its rules are named.
    expect(fixFor([FE, OPEN, twice], denied, callsOf({ made: { 'db-ingress': ['db.allowFrom(fe)'] } }))).toBe('remove or narrow x/db-ingress spec.ingress[0] and x/again spec.ingress[0]');
  });

  test('the fix names both sides if both have rules', () => {
    expect(fixFor([FE, OPEN, isolated('fe', 'Egress', {})], denied, callsOf({ made: { 'db-ingress': ['db.allowFrom(fe)'] } })))
      .toBe('remove or narrow x/fe-egress spec.egress[0], or db.allowFrom(fe)');
  });

  test('the fix is the call that isolates the namespace if no policy isolates', () => {
    expect(fixFor([FE], denied, callsOf({ isolating: name => `new DefaultDeny('${name}')` }))).toBe("write new DefaultDeny('x')");
    expect(fixFor([FE], denied, callsOf())).toBe('add a policy that selects x/fe[Deployment] and has Egress in its policyTypes, or add a policy that selects x/db[Deployment] and has Ingress in its policyTypes');
  });
});

describe('for an end outside a list', () => {
  const admitsOnly = (_: Party, target: Party): Claim => ({ kind: 'admitsOnly', target, listed: [] });

  test('the fix is to narrow the call that made the policy', () => {
    const rule = isolated('db', 'Ingress', { from: [{ podSelector: labelled({ app: 'fe' }) }] });
    expect(fixFor([FE, rule], admitsOnly, callsOf({ made: { 'db-ingress': ['db.allowFrom(fe)'] } }))).toBe('remove or narrow db.allowFrom(fe)');
    expect(fixFor([FE, rule], admitsOnly, callsOf())).toBe('narrow x/db-ingress spec.ingress[0].from[0], or remove it');
  });

  test('the fix is the call that isolates the namespace if no policy isolates the target', () => {
    expect(fixFor([FE], admitsOnly, callsOf({ isolating: name => `new DefaultDeny('${name}')` }))).toBe("write new DefaultDeny('x')");
  });
});
