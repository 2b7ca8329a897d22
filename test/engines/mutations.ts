/* Random mutations of policies: one to three changes into something that a person or a program might write by mistake. */

type Random = (below: number) => number;

const PLAIN: readonly unknown[] = [
  null, '', 'a', 'A b', '-', 'TCP', 'tcp', 'Ingress', 'http', '80', 'x'.repeat(64), '10.0.0.0/8', '10.0.0.1/8', '10.1.0.0/16', '2001:db8::/32', 'In', 'Exists',
  0, 1, -1, 80, 1.5, 65535, 65536, 2147483647, 2147483648, true, false,
];
const FIELDS = [
  'podSelector', 'namespaceSelector', 'ipBlock', 'cidr', 'except', 'matchLabels', 'matchExpressions', 'key', 'operator', 'values', 'protocol', 'port', 'endPort',
  'from', 'to', 'ports', 'policyTypes', 'ingress', 'egress', 'name', 'extra',
];

/** One entry of an object or a list in a policy. */
interface Place {
  readonly holder: any;
  readonly key: string | number;
}

/** Mutates random policies of a list. The same seed gives the same mutations. */
export function mutationsOf(policies: readonly object[], seed: number, count: number): object[] {
  const random = generator(seed);
  return Array.from({ length: count }, () => {
    const policy = JSON.parse(JSON.stringify(policies[random(policies.length)]));
    for (let changes = 1 + random(3); changes > 0; changes--) { mutate(policy, random); }
    return policy;
  });
}

function mutate(policy: any, random: Random): void {
  const places = [...placesIn(policy.metadata), ...placesIn(policy.spec), { holder: policy, key: 'spec' }];
  const { holder, key } = places[random(places.length)];
  const value = holder[key] ?? null;
  const field = () => FIELDS[random(FIELDS.length)];
  const plain = () => PLAIN[random(PLAIN.length)];
  const fresh = () => [plain, plain, plain, plain, () => ({}), () => [], () => ({ [field()]: plain() })][random(7)]();
  switch (random(9)) {
    case 0: case 1: holder[key] = fresh(); break;
    case 2: if (Array.isArray(holder)) { holder.splice(key as number, 1); } else { delete holder[key]; } break;
    case 3: holder[key] = [value]; break;
    case 4: if (Array.isArray(holder)) { holder.push(value); } else { holder[field()] = value; } break;
    case 5:
      if (Array.isArray(value)) { value.push(fresh()); } else if (isObject(value)) { value[field()] = fresh(); } else { holder[key] = fresh(); }
      break;
    case 6: holder[key] = typeof value === 'string' ? `${value}${['', ' ', '-', '.', '/', 'A', '0'][random(7)]}` : fresh(); break;
    case 7: holder[key] = typeof value === 'number' ? value + [-1, 1, 0.5, 65535, 2 ** 31][random(5)] : fresh(); break;
    case 8: {
      const other = places[random(places.length)];
      holder[key] = JSON.parse(JSON.stringify(other.holder[other.key] ?? null));
    }
  }
}

function placesIn(holder: any): Place[] {
  if (!isObject(holder) && !Array.isArray(holder)) { return []; }
  const keys: (string | number)[] = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
  return keys.flatMap(key => [{ holder, key }, ...placesIn((holder as any)[key])]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whole numbers below a limit, by a linear congruential generator. The same seed gives the same numbers on every machine. */
function generator(seed: number): Random {
  let state = BigInt(seed);
  return below => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state / 2n ** 33n) % BigInt(below));
  };
}
