import { Member, Parameter, publicTypes, PublicType, TypeReference } from './support/assembly';

/*
 * What the package shows in five languages, held to what each of them can say: names that none renames,
 * structs where they become keyword arguments, verdicts where errors do not travel well. What jsii
 * itself refuses is not asked again.
 */

const types = publicTypes();
const structs = types.filter(type => type.datatype === true);

interface Named { readonly at: string; readonly name: string }

function membersOf(type: PublicType): readonly Member[] {
  const initializer = type.initializer === undefined ? [] : [{ ...type.initializer, name: 'constructor' }];
  return [...initializer, ...type.methods ?? [], ...type.properties ?? [], ...type.members ?? []];
}

const members = types.flatMap(type => membersOf(type).map(member => ({ type, member, at: `${type.name}.${member.name}` })));
const parameters = members.flatMap(({ type, member, at }) => (member.parameters ?? []).map((parameter, i, all) =>
  ({ type, member, parameter, isLast: i === all.length - 1, at: `${at}(${parameter.name})` })));
const references = [
  ...parameters.map(({ parameter, at }) => ({ at, type: parameter.type })),
  ...members.flatMap(({ member, at }) => [member.type, member.returns?.type].flatMap(type => type === undefined ? [] : [{ at, type }])),
].flatMap(({ at, type }) => parts(type).map(part => ({ at, part })));

/** A type, and what it is a list or a map of. */
function parts(type: TypeReference): TypeReference[] {
  return type.collection === undefined ? [type] : [type, ...parts(type.collection.elementtype)];
}

function structOf(parameter: Parameter): PublicType | undefined {
  return structs.find(struct => parameter.type.fqn === `cdk8s-netpol.${struct.name}`);
}

function snake(name: string): string { return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase(); }
function pascal(name: string): string { return name[0].toUpperCase() + name.slice(1); }

/** What is left after those that are as they should be; named, so that a failure says which. */
function places(found: readonly { readonly at: string }[]): string[] { return found.map(({ at }) => at); }

test('the surface is there: constructs, peers and ports, structs, enums', () => {
  expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(['Tier', 'Peer', 'Port', 'DefaultDeny', 'Connectivity', 'ConnectivityIntent', 'Verdict']));
  expect(structs.length).toBeGreaterThan(8);
  expect(parameters.length).toBeGreaterThan(60);
});

test('every type, member and parameter is documented, except the scope and id of a construct', () => {
  expect(types.filter(type => !type.docs?.summary).map(({ name }) => name)).toEqual([]);
  expect(places(members.filter(({ member }) => !member.docs?.summary))).toEqual([]);
  expect(places(parameters.filter(({ parameter }) => !['scope', 'id'].includes(parameter.name) && !parameter.docs?.summary))).toEqual([]);
});

test('every property of a struct that may be left out says what holds then', () => {
  expect(places(members.filter(({ type, member }) => type.datatype && member.optional && !member.docs?.default))).toEqual([]);
});

test('every method that gives an answer says which; factories give their class, and texts are texts', () => {
  const answers = members.filter(({ member }) => member.returns !== undefined && !member.static && member.name !== 'toString');
  expect(places(answers.filter(({ member }) => !member.docs?.returns))).toEqual([]);
});

// As each language spells names: Java as we do, Python in snake case. Go and C# begin all but parameters with a capital, as none of their words does.
const PYTHON = 'False None True and as assert async await break class continue def del elif else except finally for from global if import in is '
  + 'lambda nonlocal not or pass raise return try while with yield self cls';
const JAVA = 'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for '
  + 'goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch '
  + 'synchronized this throw throws transient try void volatile while true false null build getClass hashCode notify notifyAll wait clone finalize';
const GO = 'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select '
  + 'struct switch type var';
const CSHARP = 'abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event '
  + 'explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object '
  + 'operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch '
  + 'this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while';

test('no language has to rename a type, a member or a parameter', () => {
  const python = new Set(PYTHON.split(' '));
  const java = new Set(JAVA.split(' '));
  const names: Named[] = [
    ...types.map(({ name }) => ({ at: name, name })),
    ...members.map(({ at, member }) => ({ at, name: member.name })).filter(({ name }) => name !== 'constructor'),
    ...parameters.map(({ at, parameter }) => ({ at, name: parameter.name })),
  ];
  expect(places(names.filter(({ name }) => java.has(name) || python.has(snake(name))))).toEqual([]);
  const others = new Set(`${GO} ${CSHARP}`.split(' '));
  expect(places(parameters.filter(({ parameter }) => others.has(parameter.name)))).toEqual([]);
});

test('no two names become one, and no member is named as its type, which C# refuses', () => {
  for (const type of types) {
    const own = membersOf(type).filter(({ name }) => name !== 'constructor').map(({ name }) => name);
    for (const spelled of [own.map(snake), own.map(pascal)]) {
      expect({ type: type.name, twice: spelled.filter((name, i) => spelled.indexOf(name) !== i) }).toEqual({ type: type.name, twice: [] });
    }
    expect(own.map(pascal)).not.toContain(type.name);
  }
  // Structs are interfaces in C#, and get an I.
  const inCsharp = types.map(({ name, datatype }) => datatype ? `I${name}` : name);
  expect(inCsharp.filter((name, i) => inCsharp.indexOf(name) !== i)).toEqual([]);
});

test('a struct is the last parameter, and several of a kind are a list', () => {
  const given = parameters.filter(({ parameter }) => structOf(parameter) !== undefined);
  expect(given.length).toBeGreaterThan(15);
  expect(places(given.filter(({ isLast }) => !isLast))).toEqual([]);
  expect(places(parameters.filter(({ parameter }) => parameter.variadic))).toEqual([]);
});

test('every claim has a method that throws and one that returns a verdict, with the same parameters', () => {
  const asserting = members.filter(({ member }) => /^assert[A-Z]/.test(member.name));
  expect(asserting.map(({ member }) => member.name).sort()).toEqual(['assertAdmitsOnly', 'assertAllowed', 'assertDenied', 'assertReachesOnly']);
  for (const { type, member } of asserting) {
    const name = `check${member.name.slice('assert'.length)}`;
    const twin = membersOf(type).find(other => other.name === name);
    expect({ name, returns: twin?.returns?.type.fqn, parameters: twin?.parameters }).toEqual({ name, returns: 'cdk8s-netpol.Verdict', parameters: member.parameters });
    expect(member.returns).toBeUndefined();
  }
});

test('the claims have one vocabulary: an intent has the words, and Connectivity has them after check and assert', () => {
  const claims = ['admitsOnly', 'allowed', 'denied', 'reachesOnly'];
  const named = (name: string) => types.find(type => type.name === name)!.methods!.map(method => method.name);
  expect(named('ConnectivityIntent').filter(name => name !== 'verdicts')).toEqual(claims);
  const pascals = claims.map(pascal);
  expect(named('Connectivity').filter(name => /^(check|assert)[A-Z]/.test(name))).toEqual([...pascals.map(claim => `assert${claim}`), ...pascals.map(claim => `check${claim}`)]);
  // A verdict is an object, and so it is true wherever a language takes an object for a condition.
  expect(named('Connectivity').filter(name => claims.includes(name))).toEqual([]);
});

test('the structs of constructors are props, and those of factories and methods are options', () => {
  const given = parameters.flatMap(({ member, parameter, at }) => {
    const struct = structOf(parameter);
    return struct === undefined ? [] : [{ at, suffix: member.name === 'constructor' ? 'Props' : 'Options', struct: struct.name, parameter: parameter.name }];
  });
  expect(places(given.filter(({ struct, suffix }) => !struct.endsWith(suffix)))).toEqual([]);
  expect(places(given.filter(({ suffix, parameter }) => parameter !== suffix.toLowerCase()))).toEqual([]);
});

test('a scope-wide setting is a method of what X.of(scope) gives', () => {
  const settings = parameters.filter(({ member, parameter }) => member.static && parameter.name === 'scope' && member.parameters!.length === 1);
  expect(settings.map(({ type }) => type.name)).toEqual(expect.arrayContaining(['ClusterFacts', 'Policies']));
  expect(places(settings.filter(({ member }) => member.name !== 'of'))).toEqual([]);
  // A static method that takes a scope is either `of`, or a factory that also takes an id.
  const others = members.filter(({ member }) => member.static && member.parameters?.[0]?.name === 'scope' && member.name !== 'of');
  expect(places(others.filter(({ member }) => member.parameters?.[1]?.name !== 'id'))).toEqual([]);
});

/** What cdk8s-plus calls on a tier or a peer, and nobody else: their types would be those of cdk8s-plus. */
const FOR_CDK8S_PLUS = ['toNetworkPolicyPeerConfig', 'toPodSelector', 'toPodSelectorConfig'];

test('nothing is there that only TypeScript can call: no any, no union, no promise, no types of a third package', () => {
  expect(places(members.filter(({ member }) => member.async))).toEqual([]);
  const untyped = places(references.filter(({ part }) => part.union !== undefined || part.primitive === 'any' || part.primitive === 'json'));
  expect(untyped.filter(at => !FOR_CDK8S_PLUS.includes(at.split('.')[1]))).toEqual([]);
  expect(places(references.filter(({ part }) => part.fqn !== undefined && !/^(cdk8s-netpol|cdk8s|constructs)\./.test(part.fqn)))).toEqual([]);
});
