import { ApiObject, App, Chart } from 'cdk8s';
import * as netpol from '../src';
import { Parameter, publicTypes, PublicType, TypeReference } from './support/assembly';

/*
 * A wrong value for any argument of any public call is an error that names the call, the argument and the fix. The calls are those of the jsii
 * assembly, so a new one cannot be forgotten. Wrong are the values that programs really have: `undefined` from an environment variable that is not set,
 * `null` from JSON, numbers and texts in place of each other, one value in place of a list, and a list in place of one value.
 */

const types = new Map(publicTypes().map(type => [`cdk8s-netpol.${type.name}`, type]));

/** A call with correct arguments. */
interface Call {
  /** `Peer.cidr`, `new Tier`, `Tier#allowFrom`. */
  readonly name: string;
  /** What an error must begin with, or contain after the path of a construct. */
  readonly says: string;
  readonly parameters: readonly Parameter[];
  readonly run: (args: readonly unknown[]) => unknown;
}

/** Everything that calls need, made anew for each call, so that no call sees the traces of another. */
class World {
  public readonly app = new App({ outdir: 'unused' });
  public readonly chart = new Chart(this.app, 'shop', { namespace: 'shop' });
  public readonly web = new netpol.Tier(this.chart, 'web', { ports: [netpol.Port.tcp(80)] });
  public readonly db = new netpol.Tier(this.chart, 'db', { ports: [netpol.Port.tcp(5432)] });
  public readonly workload = new ApiObject(this.chart, 'api', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api' },
    spec: { selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api', ports: [{ containerPort: 80 }] }] } } },
  });

  /** The object on which a method is called. */
  public instance(type: string): any {
    switch (type) {
      case 'Tier': return this.web;
      case 'Peer': return netpol.Peer.anything();
      case 'SynthFindings': return netpol.SynthFindings.of(this.chart);
      case 'Policies': return netpol.Policies.of(this.chart);
      case 'ClusterBoundary': return netpol.ClusterBoundary.of(this.chart);
      case 'ClusterFacts': return netpol.ClusterFacts.of(this.chart);
      case 'Connectivity': return netpol.Connectivity.fromApp(this.app);
      case 'ConnectivityIntent': return new netpol.ConnectivityIntent(this.chart, 'intent');
      default: throw new Error(`Say here how to make a ${type}, so that its methods are tested.`);
    }
  }

  /** A correct value for a parameter or a field. */
  public correct(name: string, type: TypeReference, call = ''): unknown {
    if (type.collection !== undefined) {
      const element = this.correct(name, type.collection.elementtype, call);
      return type.collection.kind === 'map' ? { team: element } : [element];
    }
    switch (type.fqn ?? type.primitive) {
      case 'constructs.Construct': return this.chart;
      case 'constructs.IConstruct': return name === 'workload' ? this.workload : name === 'scope' ? this.chart : this.db;
      case 'cdk8s-netpol.Connectivity': return netpol.Connectivity.fromApp(this.app);
      case 'cdk8s.App': return this.app;
      case 'cdk8s.Chart': return this.chart;
      case 'cdk8s.ApiObject': return this.workload;
      case 'cdk8s-netpol.Port': return netpol.Port.tcp(80);
      case 'cdk8s-netpol.LabelExpression': return netpol.LabelExpression.exists('app');
      case 'number': return name === 'last' ? 90 : 80;
      case 'boolean': return true;
      case 'string': return this.text(name, call);
    }
    const declared = types.get(type.fqn!)!;
    if (declared.kind === 'enum') { return declared.members![0].name; }
    if (declared.datatype) { return this.struct(declared, call); }
    throw new Error(`Say here what a correct ${type.fqn} is.`);
  }

  private text(name: string, call: string): string {
    switch (name) {
      case 'block':
      case 'podCidrs': return '10.0.0.0/8';
      case 'networkPlugin':
      case 'plugin': return 'cilium@1.16';
      case 'excluding': return '10.1.0.0/16';
      case 'addresses':
      case 'address': return '10.0.0.1';
      case 'manifests': return '{ apiVersion: v1, kind: Namespace, metadata: { name: a } }';
      case 'intents': return 'reachesOnly: [{ from: shop/api, to: [anything] }]';
      case 'paths': return 'examples/shop-by-hand/manifests';
      case 'code': return 'NP102';
      case 'name': return call === 'Endpoint.workload' || call === 'Endpoint.service' ? 'shop/api' : 'other';
      default: return 'other';
    }
  }

  /** The fields that must be given. */
  private struct(type: PublicType, call: string): object {
    if (type.name === 'PodsOptions' || type.name === 'NamespacesOptions') { return { labels: { app: 'web' } }; }
    if (type.name === 'WebhookCallersOptions') { return { konnectivity: true }; }
    const required = (type.properties ?? []).filter(field => !field.optional);
    return Object.fromEntries(required.map(field => [field.name, this.correct(field.name, field.type!, call)]));
  }
}

/** The calls of a class that have parameters. */
function callsOf(type: PublicType): Call[] {
  const calls: Call[] = [];
  const { name } = type;
  const exported = (netpol as unknown as Record<string, any>)[name];
  if (type.kind !== 'class') { return []; }
  if (type.initializer !== undefined) {
    calls.push({ name: `new ${name}`, says: `new ${name}(...)`, parameters: type.initializer.parameters ?? [], run: args => new exported(...args) });
  }
  for (const method of type.methods ?? []) {
    calls.push({
      name: method.static ? `${name}.${method.name}` : `${name}#${method.name}`,
      says: method.static ? `${name}.${method.name}(` : `${method.name}(`,
      parameters: method.parameters ?? [],
      run: args => method.static ? exported[method.name](...args) : world.instance(name)[method.name](...args),
    });
  }
  return calls.filter(({ parameters }) => parameters.length > 0);
}

/** The world of the running test. */
let world: World;
beforeEach(() => { world = new World(); });

/** A wrong value, and the argument that an error names. */
interface Wrong {
  readonly argument: string;
  readonly value: unknown;
}

/** What no argument of this type may be, and what no value inside it may be. `make` puts a value into its place. */
function wrongValues(call: string, parameter: Pick<Parameter, 'name' | 'type' | 'optional'>, argument: string, make: (value: unknown) => unknown = value => value): Wrong[] {
  const { type, optional, name } = parameter;
  const here = (values: readonly unknown[]): Wrong[] => values.map(value => ({ argument, value: make(value) }));
  const missing = optional ? [null] : [undefined, null];
  const others = [Symbol('s'), () => 'a', Object.create(null)];
  if (type.collection !== undefined) {
    const isMap = type.collection.kind === 'map';
    const element = { name, type: type.collection.elementtype };
    const single = world.correct(name, element.type, call);
    const inside = isMap ? `${argument}['app']` : `${argument}[0]`;
    return [
      ...here([...missing, 5, true, 'text', isMap ? ['a'] : { a: 'b' }, ...isMap ? [new Map([['app', 'web']])] : [single]]),
      ...wrongValues(call, element, inside, value => make(isMap ? { app: value } : [value])),
    ];
  }
  switch (type.fqn ?? type.primitive) {
    case 'string': return here([...missing, 5, true, ['text'], {}, ...others]);
    case 'number': return here([...missing, '80', true, NaN, [80], {}, ...others]);
    case 'boolean': return here([...missing, 'true', 0, [true], {}, ...others]);
  }
  const declared = types.get(type.fqn!);
  if (declared?.kind === 'enum') { return here([...missing, 'nonsense', 5, 'toString', [declared.members![0].name], ...others]); }
  if (declared?.datatype) {
    const fields = (declared.properties ?? []).flatMap(field => {
      const correct = world.correct(name, type, call) as object;
      const inner = argument === 'props' || argument === 'options' ? field.name : `${argument}.${field.name}`;
      const own = { name: field.name, type: field.type!, optional: field.optional };
      return wrongValues(call, own, inner, value => make({ ...correct, [field.name]: value }));
    });
    return [...here([...missing, 5, true, 'text', [], netpol.Port.tcp(80), world.chart, new (class {})(), () => 'a']), ...fields];
  }
  // A class or an interface.
  const good = world.correct(name, type, call);
  return here([...missing, 5, true, 'text', {}, { list: ['a'] }, [good], ...others, type.fqn!.startsWith('constructs.') ? netpol.Port.tcp(80) : world.chart.node]);
}

/** The error of a call, or that there is none. */
function errorOf(run: () => unknown): { readonly message: string; readonly type: string } {
  try {
    run();
    return { message: 'no error', type: 'none' };
  } catch (error) {
    return { message: (error as Error).message, type: (error as Error).constructor.name };
  }
}

const calls = [...types.values()].flatMap(callsOf);

test('the calls of every public class are found', () => {
  expect(calls.length).toBeGreaterThan(50);
  expect(calls.map(({ name }) => name)).toEqual(expect.arrayContaining(['new Tier', 'Tier.fromWorkload', 'Tier#allowFrom', 'Peer.cidr', 'Port.tcp', 'Connectivity#checkDenied']));
});

describe.each(calls.map(call => [call.name, call] as const))('%s', (name, call) => {
  const correct = () => call.parameters.map(parameter => world.correct(parameter.name, parameter.type, name));

  test('takes correct arguments', () => {
    // A claim may be untrue.
    expect(errorOf(() => call.run(correct())).message).toMatch(name.includes('#assert') ? /^no error$|does not hold\n/ : /^no error$/);
  });

  test.each(call.parameters.map((parameter, i) => [parameter.name, parameter, i] as const))('names the call, the argument and the fix if %s is wrong', (_, parameter, i) => {
    const wrongs = wrongValues(name, parameter, parameter.name);
    expect(wrongs.length).toBeGreaterThan(3);
    const bad: object[] = [];
    for (const { argument, value } of wrongs) {
      world = new World();
      const args = correct();
      args[i] = value;
      const { message, type } = errorOf(() => call.run(args));
      const start = message.indexOf(call.says);
      // shop/web: Tier.fromWorkload(...): ports[0] must be a Port, not 5. Write Port.tcp(5).
      const isNamed = type === 'Error' && start >= 0 && message.slice(start).includes(`): ${argument} must be `);
      const hasFix = /\. [A-Z].*[^.]\.$/.test(message);
      const isReadable = !/\[object|\[native|Symbol\(s\)\(|is not a function|Cannot read/.test(message);
      if (!isNamed || !hasFix || !isReadable) { bad.push({ argument, value, message }); }
    }
    expect(bad).toEqual([]);
  });
});

describe('the mistakes that programs make most', () => {
  const any = (value: unknown) => value as any;

  test('an environment variable that is not set is named as such', () => {
    expect(() => netpol.Peer.cidr(any(process.env.NETPOL_TEST_IS_NOT_SET))).toThrow(
      "Peer.cidr(...): block must be text, not undefined. Write text such as '10.0.0.0/8'; an environment variable that is not set is undefined.",
    );
    expect(() => netpol.Port.tcp(any(undefined))).toThrow(/^Port\.tcp\(\.\.\.\): port must be .*; an environment variable that is not set is undefined\.$/);
  });

  test('the number of a port in quotes gets a fix to copy', () => {
    expect(() => netpol.Port.tcp(any('8080'))).toThrow(
      "Port.tcp(...): port must be a whole number from 1 to 65535, not the text '8080'. Write the number without quotes: Port.tcp(8080).",
    );
    expect(() => netpol.Port.udpRange(any('53'), 60)).toThrow('first must be a whole number from 1 to 65535');
  });

  test('a number or a name where a Port is meant gets a fix to copy', () => {
    expect(() => new netpol.Tier(world.chart, 'cart', { ports: any([8080]) })).toThrow(
      'shop/cart: new Tier(...): ports[0] must be a Port, not 8080. Write Port.tcp(8080).',
    );
    expect(() => world.db.allowInternally({ ports: any(['http']) })).toThrow("ports[0] must be a Port, not the text 'http'. Write Port.named('http'), or Port.tcp(8080) for a number.");
  });

  test('one value where a list is meant', () => {
    expect(() => new netpol.Tier(world.chart, 'cart', { ports: any(netpol.Port.tcp(80)) })).toThrow(
      'shop/cart: new Tier(...): ports must be a list, not a Port. Write a list, in brackets, also for a single item: [...].',
    );
    expect(() => netpol.Connectivity.fromFiles(any('k8s'))).toThrow("Connectivity.fromFiles(...): paths must be a list, not the text 'k8s'.");
  });

  test('ports where options are meant are not overlooked', () => {
    expect(() => world.db.allowFrom(world.web, any(netpol.Port.tcp(80)))).toThrow(
      'shop/db: allowFrom(shop/web): options must be an object, not a Port. Write an object such as { ports: [Port.tcp(8080)] }.',
    );
    expect(() => world.db.allowFrom(world.web, any([netpol.Port.tcp(80)]))).toThrow('options must be an object, not a list');
  });

  test('an object of another copy of the package is named as such', () => {
    class Port {}
    expect(() => new netpol.Tier(world.chart, 'cart', { ports: any([new Port()]) })).toThrow(
      'shop/cart: new Tier(...): ports[0] is a Port of another copy of this package. Install one copy: a construct library has it as a peer dependency.',
    );
  });

  test('a long text is cut in the message', () => {
    expect(() => netpol.Port.tcp(any('8'.repeat(1000)))).toThrow(`not the text '${'8'.repeat(40)}...'. `);
  });

  test('the name of a workload where a party of a claim is meant gets a fix to copy', () => {
    const connectivity = netpol.Connectivity.fromApp(world.app);
    expect(() => connectivity.assertDenied(any('shop/web'), world.db)).toThrow(
      "Connectivity.assertDenied(...): source must be a Tier, a Peer, a workload or an Endpoint, not the text 'shop/web'. "
      + "Write Endpoint.workload('shop/web') for a workload, or Endpoint.address('shop/web') for an address.",
    );
  });

  test('props of a class and props with further fields are correct, because construct libraries pass their own', () => {
    class OwnProps { public readonly labels = { app: 'own' }; }
    new netpol.Tier(world.chart, 'own', new OwnProps());
    new netpol.Tier(world.chart, 'wider', { labels: { app: 'wider' }, replicas: 3 } as netpol.TierProps);
    expect(world.app.node.findAll().map(({ node }) => node.path)).toEqual(expect.arrayContaining(['shop/own', 'shop/wider']));
  });
});

describe('an option that does not exist', () => {
  const any = (value: unknown) => value as any;

  test('is an error that asks whether a similar one is meant', () => {
    expect(() => world.db.allowFrom(world.web, any({ port: [netpol.Port.tcp(80)] }))).toThrow(
      "shop/db: allowFrom(shop/web): there is no option 'port'. Did you mean ports? If not, write one of ports, description.",
    );
    expect(() => new netpol.Tier(world.chart, 'cart', any({ label: { app: 'web' } }))).toThrow("shop/cart: new Tier(...): there is no option 'label'. Did you mean labels? If not, write one of ");
    expect(() => new netpol.DefaultDeny(world.chart, 'deny', any({ DNS: false }))).toThrow("shop/deny: new DefaultDeny(...): there is no option 'DNS'. Did you mean dns?");
    expect(() => netpol.Tier.of(world.workload, any({ port: [] }))).toThrow("there is no option 'port'. Did you mean ports?");
    expect(() => netpol.Connectivity.fromApp(world.app, any({ namespaces: [{ name: 'ops', label: {} }] }))).toThrow("there is no option 'label'. Did you mean labels?");
    expect(() => netpol.Connectivity.fromApp(world.app).checkAllowed(world.web, world.db, any({ Strict: true }))).toThrow(
      "Connectivity.checkAllowed(...): there is no option 'Strict'. Did you mean strict? If not, write one of ports, strict, scope.",
    );
  });

  test('is an error that lists the options if it is similar to none', () => {
    expect(() => world.db.allowTo(world.web, any({ protocol: 'UDP' }))).toThrow("shop/db: allowTo(shop/web): there is no option 'protocol'. Write one of ports, description.");
    expect(() => netpol.Peer.cidr('10.0.0.0/8', any({ without: [] }))).toThrow("Peer.cidr(...): there is no option 'without'. Write excluding, the only one.");
    expect(() => netpol.Tier.wholeNamespace(world.chart, 'x', any({ labels: 5 }))).toThrow("shop/x: Tier.wholeNamespace(...): there is no option 'labels'. Write one of name, ports, layout, namespace.");
  });

  test('is no error if it is undefined, or if props of a construct library have it beside ours', () => {
    world.db.allowFrom(world.web, any({ port: undefined }));
    new netpol.Tier(world.chart, 'a', any({ ports: [netpol.Port.tcp(80)], port: 80, replicas: 2 }));
    class Options { public readonly description = 'orders'; public readonly owner = 'shop'; }
    world.db.allowFrom(world.web, new Options());
    class Misspelled { public readonly description = 'orders'; public readonly port = 80; }
    expect(() => world.db.allowFrom(world.web, new Misspelled())).toThrow("there is no option 'port'. Did you mean ports?");
  });
});

test('the name of a kind has the right article', () => {
  const ingress = new ApiObject(world.chart, 'ingress', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' });
  expect(() => world.web.allowFrom(ingress)).toThrow('shop/ingress is an Ingress, which has no pods of its own');
  expect(() => netpol.Tier.of(ingress)).toThrow('shop/ingress is an Ingress of networking.k8s.io/v1');
});

test('a tier that Tier.of made has one name in messages, also in Peer.anyOf', () => {
  const api = netpol.Tier.of(world.workload);
  expect(netpol.Peer.anyOf([api, world.web]).endpointName).toBe('any of: shop/api; shop/web');
});

test('an id that is in use is an error with the path, the call and the fix', () => {
  expect(() => new netpol.DefaultDeny(world.chart, 'web')).toThrow("shop/web: new DefaultDeny(...): there already is a construct with the id 'web' in shop. Give this one another id.");
  expect(() => new netpol.ConnectivityIntent(world.chart, 'web')).toThrow("shop/web: new ConnectivityIntent(...): there already is a construct with the id 'web' in shop. Give this one another id.");
  expect(() => new netpol.Tier(world.chart, 'web')).toThrow(/^shop\/web: there already is a construct with the id 'web' in shop\. Give the tier another id, and the name/);
  expect(() => new netpol.ConnectivityIntent(world.app, 'shop')).toThrow("shop: new ConnectivityIntent(...): there already is a construct with the id 'shop' in the app.");
});

describe('manifests that are none', () => {
  const { Connectivity } = netpol;

  test('are an error that begins with the call', () => {
    const connectivity = Connectivity.fromApp(world.app);
    for (const [call, run] of [
      ['Connectivity.fromYaml(...)', () => Connectivity.fromYaml('frontend')],
      ['Connectivity.apply(...)', () => connectivity.apply('x')],
      ['Connectivity.apply(...)', () => connectivity.apply('{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p }, spec: { podSelector: 5 } }')],
      ['Connectivity.remove(...)', () => connectivity.remove('x')],
      ['Connectivity.fromFiles(...)', () => Connectivity.fromFiles(['there-is-no-such-file.yaml'])],
    ] as const) {
      const { message } = errorOf(run);
      expect(message.startsWith(`${call}: `)).toBe(true);
      expect(message).toMatch(/: error NP\d{3}: /);
    }
    expect(() => Connectivity.fromFiles([])).toThrow("Connectivity.fromFiles([]): the list is empty. Name a file or a folder of manifests: ['k8s'].");
  });

  test.each(['', '\n  \n', '# only a comment\n---\n'])('are an error if there is nothing in them: %j', manifests => {
    const connectivity = Connectivity.fromApp(world.app);
    for (const run of [() => Connectivity.fromYaml(manifests), () => connectivity.apply(manifests), () => connectivity.remove(manifests)]) {
      expect(run).toThrow(/^Connectivity\.\w+\(\.\.\.\): manifests has no Kubernetes object\. Write at least one; /);
    }
    expect(() => Connectivity.fromYaml('{ apiVersion: v1, kind: List, items: [] }')).not.toThrow();
  });
});

describe('Endpoint', () => {
  test.each([
    ['web', "name must have the form namespace/name or namespace/Kind/name. Write the namespace too: 'shop/web'."],
    ['', "name must have the form namespace/name or namespace/Kind/name. Write a name such as 'shop/backend'."],
    ['shop/', 'name must have the form'],
    ['a/b/c/d', 'name must have the form'],
    ['10.0.0.1', "name is an address, and not the name of a workload. Write Endpoint.address('10.0.0.1')."],
    ['fd00::/8', "Write Endpoint.address('fd00::/8')."],
    ['svc/shop/web', "name is that of a Service. Write Endpoint.service('shop/web')."],
  ])('.workload does not take %p, and says so at once', (name, message) => {
    expect(() => netpol.Endpoint.workload(name)).toThrow(`Endpoint.workload('${name}'): `);
    expect(() => netpol.Endpoint.workload(name)).toThrow(message);
  });

  test.each([
    ['web', "name must have the form namespace/name. Write a name such as 'shop/backend'."],
    ['svc/shop/web', 'name must have the form namespace/name'],
    ['shop/', 'name must have the form namespace/name'],
  ])('.service does not take %p, and says so at once', (name, message) => {
    expect(() => netpol.Endpoint.service(name)).toThrow(`Endpoint.service('${name}'): `);
    expect(() => netpol.Endpoint.service(name)).toThrow(message);
  });

  test.each([
    ['10.0.0.1/8', 'address must not have bits set beyond the prefix length. Write 10.0.0.0/8.'],
    ['10.0.0.300', "Write an address such as '10.0.0.1', or a block such as '10.0.0.0/8'."],
    ['shop/web', "Write an address such as '10.0.0.1'"],
    ['api.example.com', 'address is a domain name, and a NetworkPolicy has no domain names: it sees only addresses. Write one of its addresses'],
    ['https://api.example.com/v1', 'address is a domain name'],
    ['10.0.0.1:443', "address has a port. Write '10.0.0.1', and the port in the options of the claim: { ports: [Port.tcp(443)] }."],
  ])('.address does not take %p, and says so at once', (address, message) => {
    expect(() => netpol.Endpoint.address(address)).toThrow(`Endpoint.address('${address}'): `);
    expect(() => netpol.Endpoint.address(address)).toThrow(message);
  });
});
