/* Small changes to objects, as somebody makes them by mistake: to the examples on the pages of rules. */

/** Objects with one change, and which change it is: `object 2 spec.ingress[0]: removed`. */
export interface Mutation {
  readonly change: string;
  readonly objects: readonly object[];
}

type Path = readonly (string | number)[];

/** What a port, a priority or a peer may be changed to: whatever the input has elsewhere. */
interface Values {
  readonly ports: readonly unknown[];
  readonly priorities: readonly unknown[];
  /** Of Services and pods, and every address. */
  readonly cidrs: readonly string[];
}

/** Every change of these kinds, one at a time. */
export function mutationsOf(objects: readonly object[]): Mutation[] {
  const all = objects.flatMap(object => valuesIn(object));
  const valuesOf = (...keys: readonly string[]) => [...new Set(all.filter(([path]) => keys.includes(String(path.at(-1)))).map(([, value]) => value))];
  const portNames = all.filter(([path]) => path.at(-3) === 'ports' && path.at(-1) === 'name').map(([, name]) => name);
  const addresses = valuesOf('clusterIP', 'ip').filter(one => /^[0-9.]+$/.test(String(one)));
  const values: Values = {
    ports: [...valuesOf('port', 'targetPort', 'containerPort'), ...portNames],
    priorities: valuesOf('priority'),
    cidrs: ['0.0.0.0/0', ...addresses.map(one => `${one}/32`)],
  };
  return objects.flatMap((object, at) => {
    const changed: Change = (path, what, changes) => {
      const copy = structuredClone(object);
      changes(copy);
      return { change: `object ${at} ${path.join('.')}: ${what}`, objects: objects.map((own, i) => i === at ? copy : own) };
    };
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    return [
      { change: `object ${at}: removed`, objects: objects.filter(own => own !== object) },
      ...kind.endsWith('Policy') ? [{ change: `object ${at}: written again under another name`, objects: [...objects, { ...object, metadata: { ...metadata, name: `${metadata.name}-2` } }] }] : [],
      ...valuesIn(object).filter(([path]) => !path.some(isElsewhere)).flatMap(([path, value]) => changesOf(path, value, changed, values)),
    ];
  });
}

/** Fields whose mistakes are not those of lint: other tests are about an object that is not one. */
function isElsewhere(key: string | number): boolean {
  return key === 'apiVersion' || key === 'kind' || key === 'image' || key === 'selector';
}

/** Every value in a value, the value itself excepted, with the path to it. */
function valuesIn(value: unknown, path: Path = []): [Path, unknown][] {
  if (typeof value !== 'object' || value === null) { return []; }
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]): [Path, unknown][] => [[[...path, key], inner], ...valuesIn(inner, [...path, key])]);
}

/** Makes a mutation: what is changed, in words, and how. */
type Change = (path: Path, what: string, changes: (copy: any) => void) => Mutation;

function changesOf(path: Path, value: unknown, changed: Change, { ports, priorities, cidrs }: Values): Mutation[] {
  const key = path.at(-1)!;
  const parentIn = (copy: any) => path.slice(0, -1).reduce((inner, step) => inner[step], copy);
  const set = (what: string, next: unknown) => changed(path, what, copy => { parentIn(copy)[key] = next; });
  const removed = changed(path, 'removed', copy => {
    const parent = parentIn(copy);
    if (Array.isArray(parent)) { parent.splice(key as number, 1); } else { delete parent[key]; }
  });
  const isItem = typeof key === 'number';
  const isPeer = path.at(-2) === 'from' || path.at(-2) === 'to';
  const parts = isItem && isRecord(value) ? Object.entries(value) : [];
  return [
    removed,
    ...typeof value === 'string' ? [set('a letter too many', `${value}x`), set('a letter too few', value.slice(0, -1))] : [],
    ...typeof value === 'number' ? [set('another number', value + 1)] : [],
    ...Array.isArray(value) && value.length > 0 ? [set('emptied', [])] : [],
    ...isRecord(value) && Object.keys(value).length > 0 ? [set('emptied', {})] : [],
    ...isItem ? [changed(path, 'written twice', copy => { parentIn(copy).push(structuredClone(value)); })] : [],
    ...key === 'port' ? ports.filter(one => one !== value).map(one => set(`the port ${String(one)} of the input`, one)) : [],
    ...key === 'priority' ? priorities.filter(one => one !== value).map(one => set('the priority of another policy', one)) : [],
    ...(key === 'ingress' || key === 'egress') && Array.isArray(value) ? [set('a rule for everybody more', [...value, {}])] : [],
    ...isRecord(value) && Array.isArray(value.containers) ? [set('on the network of its node', { ...value, hostNetwork: true })] : [],
    ...isPeer ? cidrs.map(cidr => set(`the block ${cidr}`, { ipBlock: { cidr } })) : [],
    ...isRecord(value) && typeof value.port === 'number' ? [set('a range', { ...value, endPort: value.port + 1 })] : [],
    // A hyphen too many.
    ...parts.length > 1 ? [changed(path, 'divided', copy => { parentIn(copy).splice(key as number, 1, ...parts.map(([field, own]) => ({ [field]: own }))); })] : [],
    // A hyphen too few.
    ...isItem && key > 0 && isRecord(value) ? [changed(path, 'joined with the item before it', copy => {
      const parent = parentIn(copy);
      if (isRecord(parent[key - 1])) { parent.splice(key - 1, 2, { ...parent[key - 1] as object, ...value }); }
    })] : [],
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
