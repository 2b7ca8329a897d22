import { ApiObject, App, Chart, Lazy, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { ClusterBoundary, ClusterFacts, ConnectivityIntent, DefaultDeny, Peer, Port, SynthFindings, Tier } from '../../src';
import { chartIn, newChart } from '../constructs/synthesized';

/* What `app.synth()` says about things that are valid, but are probably not what the author meant. The rules themselves: test/lint. */

/** A Deployment of the namespace of the chart, whose pods have these labels and whose container declares these ports. */
function deploy(chart: Chart, name: string, labels: Record<string, string>, ...ports: { containerPort: number; name?: string }[]): ApiObject {
  return new ApiObject(chart, `${name}-deployment`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name, image: name, ports }] } } },
  });
}

/** What a synth writes to stderr, line by line. */
function printed(chart: Chart): string[] {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    App.of(chart).synth();
    return write.mock.calls.map(([text]) => String(text)).join('').split('\n').filter(line => line !== '');
  } finally {
    write.mockRestore();
  }
}

function synthError(chart: Chart): string {
  try {
    printed(chart);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

/** A shop whose tier of the frontend has a typing error. */
function shopWithTypo(chart = newChart()): Chart {
  deploy(chart, 'frontend', { app: 'frontend' }, { containerPort: 80 });
  deploy(chart, 'backend', { app: 'backend' }, { containerPort: 8080 });
  new Tier(chart, 'backend', { ports: [Port.tcp(8080)] }).allowFrom(new Tier(chart, 'fronend'));
  return chart;
}

const TYPO = 'shop/fronend: warning NP101: no workload of namespace app has app=fronend; select app=frontend, the label of app/frontend[Deployment]; '
  + "if the workload is not of this app, write ClusterFacts.of(scope).addOpenNamespace('app')";

describe('synth shows, with the fix,', () => {
  test('of a tier that selects no workload although the app has workloads in that namespace: a typo', () => {
    expect(printed(shopWithTypo())).toEqual([`netpol: ${TYPO}`]);
  });

  test('of tiers that overlap', () => {
    const chart = newChart();
    deploy(chart, 'web', { app: 'web', role: 'front' });
    new Tier(chart, 'web');
    new Tier(chart, 'front', { labels: { role: 'front' } });
    expect(printed(chart)).toEqual([
      'netpol: shop/front: warning NP102: the pods of app/web[Deployment] are also in another tier, so they have the connections of both '
      + '(the other tier: shop/web); select by labels that only the pods of this tier have',
    ]);
  });

  test('of three Deployments that share app: shop, and would silently become one group', () => {
    const chart = newChart();
    const [web] = ['web', 'api', 'db'].map(name => deploy(chart, name, { app: 'shop' }));
    Tier.of(web);
    expect(printed(chart)).toEqual([expect.stringMatching(/^netpol: shop\/web-deployment\/tier: warning NP103: .* app=shop, which the pods of app\/api\[Deployment\] and app\/db/)]);
  });

  test('of workloads of cdk8s-plus whose labels are alike, which it selects by the label of cdk8s-plus', () => {
    const chart = newChart();
    const tiers = ['web', 'api'].map(name => Tier.of(new kplus.Deployment(chart, name, {
      metadata: { name }, podMetadata: { labels: { app: 'shop' } }, containers: [{ image: name, portNumber: 80 }],
    })));
    tiers[1].allowFrom(tiers[0]);
    expect(printed(chart)).toEqual([expect.stringMatching(/^netpol: warning NP104, 2 times: .* do not tell it from app\/api\[Deployment\]; give the pods/)]);
  });

  test('of an edge on a port that no container declares', () => {
    const chart = newChart();
    deploy(chart, 'web', { app: 'web' }, { containerPort: 8080 });
    new Tier(chart, 'web').allowFrom(Peer.anything(), { ports: [Port.tcp(8081)] });
    expect(printed(chart)).toEqual([expect.stringMatching(
      /^netpol: shop\/web\/allow-anything-to-web-\w+: warning NP110: .* names TCP 8081, but no container of app\/web\[Deployment\] declares it; name a port of the containers \(TCP 8080\)/)]);
  });

  test("of an edge on a Service's port, with the container's port in the fix", () => {
    const chart = newChart();
    const web = new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [{ image: 'web', portNumber: 8080 }] });
    web.exposeViaService({ ports: [{ port: 80, targetPort: 8080 }] });
    Tier.of(web).allowFrom(Peer.anything(), { ports: [Port.tcp(80)] });
    expect(printed(chart)).toEqual([expect.stringMatching(/: error NP111: .* TCP 80, the port of Service app\/.*; name TCP 8080, the container's port behind it$/)]);
  });

  test('of an edge on a port name that no pod has', () => {
    const chart = newChart();
    deploy(chart, 'web', { app: 'web' }, { containerPort: 8080, name: 'http' });
    new Tier(chart, 'web').allowFrom(Peer.anything(), { ports: [Port.named('htpp')] });
    expect(printed(chart)).toEqual([expect.stringMatching(/: error NP112: .* names TCP htpp, .*; write http$/)]);
  });

  test('of an intent on a port that no container declares, and not of the same claims on declared ports, on every port, or on those of a namespace', () => {
    const chart = newChart();
    const [web, db] = ['web', 'db'].map(name => Tier.fromApiObject(chart, name, deploy(chart, name, { app: name }, { containerPort: 5432 })));
    const intent = new ConnectivityIntent(chart, 'intent').denied(web, db, { ports: [Port.tcp(5432)] }).denied(web, db)
      .denied(web, Peer.namespace('app'), { ports: [Port.tcp(1)] }).reachesOnly(web, [Peer.clusterDns()], { ports: [Port.tcp(1)] });
    expect(printed(chart)).toEqual([]);
    intent.denied(web, db, { ports: [Port.tcp(5433)] });
    expect(printed(chart)).toEqual([expect.stringMatching(/^netpol: shop\/intent: warning NP110: denied\(shop\/web, shop\/db, TCP 5433\) names TCP 5433, but no container of app\/db/)]);
    const other = newChart();
    const target = Tier.fromApiObject(other, 'db', deploy(other, 'db', { app: 'db' }, { containerPort: 5432 }));
    new ConnectivityIntent(other, 'intent').admitsOnly(target, [], { ports: [Port.tcp(5433)] });
    expect(printed(other)).toEqual([expect.stringContaining('shop/intent: warning NP110: admitsOnly(shop/db, [], TCP 5433) names TCP 5433')]);
  });

  test('but not of an intent that was removed', () => {
    const chart = newChart();
    const [web, db] = ['web', 'db'].map(name => Tier.fromApiObject(chart, name, deploy(chart, name, { app: name }, { containerPort: 5432 })));
    new ConnectivityIntent(chart, 'intent').denied(web, db, { ports: [Port.tcp(5433)] });
    chart.node.tryRemoveChild('intent');
    expect(printed(chart)).toEqual([]);
  });

  test('of an edge whose other end is closed: the peer has a tier that does not let it out', () => {
    const chart = newChart();
    for (const name of ['web', 'db']) { deploy(chart, name, { app: name }); }
    new Tier(chart, 'web');
    new Tier(chart, 'db').allowFrom(Peer.pods({ labels: { app: 'web' } }), { ports: [Port.tcp(5432)] });
    expect(printed(chart)).toEqual([expect.stringMatching(/^netpol: shop\/db\/.*: error NP120: .* lets app\/web\[Deployment\] in, but the policies of app\/web\[Deployment\] do not let it out/)]);
  });

  test('of DefaultDeny.turnOff with egress edges, which leaves the pods without DNS', () => {
    const chart = newChart();
    for (const name of ['web', 'db']) { deploy(chart, name, { app: name }); }
    DefaultDeny.turnOff(chart, 'deny');
    const web = new Tier(chart, 'web').allowTo(new Tier(chart, 'db'), { ports: [Port.tcp(5432)] });
    expect(printed(chart)).toEqual([expect.stringMatching(/^netpol: shop\/web\/allow-web-to-db-egress-\w+: warning NP121: .* no policy lets them ask DNS; allow DNS as well: call allowTo\(Peer\.clusterDns\(\)\)/)]);
    web.allowTo(Peer.clusterDns());
    expect(printed(chart)).toEqual([]);
  });

  test('but not of DefaultDeny with dns: false, where the program has decided', () => {
    const chart = newChart();
    for (const name of ['web', 'db']) { deploy(chart, name, { app: name }); }
    new DefaultDeny(chart, 'deny', { dns: false });
    new Tier(chart, 'web').allowTo(new Tier(chart, 'db'), { ports: [Port.tcp(5432)] });
    expect(printed(chart)).toEqual([]);
  });

  test('of a DefaultDeny for a namespace with nothing in it', () => {
    const chart = newChart();
    deploy(chart, 'web', { app: 'web' });
    new DefaultDeny(chart, 'deny', { namespace: 'legacy' });
    expect(printed(chart)).toEqual([expect.stringMatching(/^netpol: shop\/deny\/deny: warning NP122: legacy\/default-deny-all .* correct the name of the namespace/)]);
  });

  test('also in an app of policies that the program wrote by hand, without a tier of the namespace', () => {
    const chart = newChart();
    for (const name of ['web', 'db']) { deploy(chart, name, { app: name }, { containerPort: 80 }); }
    new DefaultDeny(chart, 'deny');
    const ingress = [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 81 }] }];
    new ApiObject(chart, 'policy', {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec: { podSelector: { matchLabels: { app: 'db' } }, ingress },
    });
    expect(printed(chart).map(line => line.slice(0, 38))).toEqual(['netpol: shop/policy: warning NP110: ap', 'netpol: shop/policy: error NP120: app/']);
  });
});

describe('what is shown', () => {
  test('has notes only among the details, and strict does not make them errors', () => {
    const open = (more: (chart: Chart) => void = () => undefined) => {
      const chart = newChart();
      for (const name of ['web', 'db']) { deploy(chart, name, { app: name }); }
      DefaultDeny.turnOff(chart, 'deny');
      new Tier(chart, 'web').allowTo(new Tier(chart, 'db'), { ports: [Port.tcp(5432)] }).allowTo(Peer.clusterDns());
      more(chart);
      return printed(chart).filter(line => line.includes('NP141'));
    };
    expect(open()).toEqual([]);
    expect(open(chart => SynthFindings.of(chart).strict())).toEqual([]);
    expect(open(chart => SynthFindings.of(chart).showDetails())).toEqual([expect.stringContaining('note NP141')]);
  });

  /** Two typing errors in a chart. */
  function twoTypos(chart = newChart()): Chart {
    new Tier(shopWithTypo(chart), 'bakend');
    return chart;
  }
  const SECOND = expect.stringMatching(/^netpol: shop\/bakend: warning NP101: .*; select app=backend, the label of app\/backend\[Deployment\]; /);

  test('is one line per code, with the number of findings and the first of them', () => {
    expect(printed(twoTypos())).toEqual([
      `netpol: warning NP101, 2 times: A tier selects no workload, although its namespace has workloads. The first: ${TYPO.replace(' warning NP101:', '')}. `
      + 'SynthFindings.of(app).showDetails() shows all',
    ]);
  });

  test('is one line per finding with showDetails', () => {
    const chart = twoTypos();
    SynthFindings.of(chart.node.root).showDetails();
    expect(printed(chart)).toEqual([`netpol: ${TYPO}`, SECOND]);
  });

  test('is an error with strict: synth throws and names each construct', () => {
    const chart = twoTypos();
    expect(SynthFindings.of(chart).strict().strict()).toBeInstanceOf(SynthFindings);
    expect(synthError(chart)).toMatch(/\[shop\/fronend\] error NP101: .*\n.*\[shop\/bakend\] error NP101: /);
    expect(synthError(chart).match(/error NP101/g)).toHaveLength(2);
    expect(() => Testing.synth(chart)).toThrow('[shop/fronend] error NP101: no workload of namespace app has app=fronend');
  });

  test('is an error at its construct with strict of the app too, also if the construct is made later, and only once', () => {
    const chart = shopWithTypo();
    SynthFindings.of(App.of(chart)).strict();
    SynthFindings.of(chart).strict();
    new Tier(chart, 'bakend');
    expect(synthError(chart)).toMatch(/^Validation failed with the following errors:\n  \[shop\/fronend\] error NP101: .*\n  \[shop\/bakend\] error NP101: .*$/);
  });

  test('is nothing with strict either, if the app has no findings', () => {
    const chart = newChart();
    deploy(chart, 'web', { app: 'web' });
    new Tier(chart, 'web');
    SynthFindings.of(chart).strict();
    expect(printed(chart)).toEqual([]);
  });

  test('does not have what is suppressed by its code, and neither has strict', () => {
    const chart = twoTypos();
    SynthFindings.of(chart).strict().suppress('NP101', 'these workloads follow next week');
    expect(printed(chart)).toEqual([]);
  });

  test('depends on the scope of the settings: a tier, a chart or the app', () => {
    const chart = twoTypos();
    SynthFindings.of(chart.node.findChild('fronend')).suppress('NP101', 'it follows next week');
    SynthFindings.of(chartIn(App.of(chart), 'other')).strict();
    expect(printed(chart)).toEqual([SECOND]);
    SynthFindings.of(chart.node.findChild('bakend')).showDetails();
    expect(printed(chart)).toEqual([]);
  });

  test('is shown once, although cdk8s validates the app several times, and again when it has changed', () => {
    const chart = shopWithTypo();
    chartIn(App.of(chart), 'other');
    expect(printed(chart)).toEqual([`netpol: ${TYPO}`]);
    expect(printed(chart)).toEqual([]);
    new Tier(chart, 'bakend');
    expect(printed(chart)).toHaveLength(1);
  });

  test('is nothing outside a synth', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      Testing.synth(shopWithTypo());
      expect(write.mock.calls).toEqual([]);
    } finally {
      write.mockRestore();
    }
  });
});

describe('a setting of a chart that was removed does not count for one that is made again at the same path:', () => {
  /** A chart with a typing error that has the settings, and then one without them. */
  function madeAgain(set: (chart: Chart) => void): Chart {
    const chart = shopWithTypo();
    set(chart);
    const app = App.of(chart);
    app.node.tryRemoveChild('shop');
    return shopWithTypo(chartIn(app, 'shop', 'app'));
  }

  test('strict, so that synth warns', () => {
    expect(printed(madeAgain(chart => SynthFindings.of(chart).strict()))).toEqual([`netpol: ${TYPO}`]);
  });

  test('suppress, so that synth warns', () => {
    expect(printed(madeAgain(chart => SynthFindings.of(chart).suppress('NP101', 'it follows next week')))).toEqual([`netpol: ${TYPO}`]);
  });

  test('showDetails, so that a code has one line', () => {
    const chart = madeAgain(old => SynthFindings.of(old).showDetails());
    new Tier(chart, 'bakend');
    expect(printed(chart)).toEqual([expect.stringContaining('warning NP101, 2 times')]);
  });

  test('ClusterFacts.addOpenNamespace, so that synth warns', () => {
    expect(printed(madeAgain(chart => ClusterFacts.of(chart).addOpenNamespace('app')))).toEqual([`netpol: ${TYPO}`]);
  });
});

describe('a namespace whose workloads come from elsewhere', () => {
  test('is stated once, and then a tier of it may select no workload of the app', () => {
    const chart = shopWithTypo();
    ClusterFacts.of(chart).addOpenNamespace('app');
    expect(printed(chart)).toEqual([]);
  });

  test('may also have the pods that a strict claim is about', () => {
    const claimed = (isOpen: boolean) => {
      const chart = newChart();
      deploy(chart, 'web', { app: 'web' });
      if (isOpen) { ClusterFacts.of(chart).addOpenNamespace('app'); }
      const [web, db] = ['web', 'db'].map(id => new Tier(chart, id));
      return new ConnectivityIntent(chart, 'intent').denied(web, db, { strict: true }).verdicts()[0].holds;
    };
    expect([claimed(false), claimed(true)]).toEqual([false, true]);
  });

  test('has a valid name', () => {
    expect(() => ClusterFacts.of(newChart()).addOpenNamespace('My App')).toThrow("shop: ClusterFacts.addOpenNamespace('My App'): the name 'My App' is not valid");
  });
});

describe('a code that cannot be suppressed throws, with the fix:', () => {
  test.each([['NP1011', 'write NP101'], ['NP020', 'correct what this finding is about'], ['typo', 'Write a code of docs/rules, such as NP120']])('%s', (code, fix) => {
    expect(() => SynthFindings.of(newChart()).suppress(code, 'because')).toThrow(new RegExp(`^shop: SynthFindings\\.suppress\\('${code}'\\): .*${fix}`, 'i'));
  });

  test('a reason that is empty', () => {
    expect(() => SynthFindings.of(new App()).suppress('NP101', ' ')).toThrow("the app: SynthFindings.suppress('NP101'): the reason is empty. Write why");
  });
});

describe('an app that cannot be judged', () => {
  test('because the API server would refuse an object has no findings, and with strict that error', () => {
    const chart = shopWithTypo();
    new ApiObject(chart, 'bad', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bad', labels: { 'a b': 'c' } }, spec: { containers: [] } });
    expect(printed(chart)).toEqual([]);
    SynthFindings.of(chart).strict();
    expect(synthError(chart)).toMatch(/\[shop\/bad\] error NP020: .*'a b'/);
  });

  test('because an object cannot be rendered has only the error of cdk8s', () => {
    const chart = shopWithTypo();
    SynthFindings.of(chart).strict();
    deploy(chart, 'broken', Lazy.any({ produce: () => { throw new Error('it is broken'); } }));
    expect(synthError(chart)).toContain('it is broken');
  });
});

test('the clusters of an app are judged one by one, and an object of all of them is found once', () => {
  const app = new App();
  const [eu, us, all] = ['eu', 'us', 'all'].map(id => chartIn(app, id, 'app'));
  deploy(all, 'web', { app: 'web' }, { containerPort: 80 });
  const ingress = [{ ports: [{ port: 81 }] }];
  new ApiObject(all, 'policy', {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec: { podSelector: { matchLabels: { app: 'web' } }, ingress },
  });
  for (const chart of [eu, us]) { ClusterBoundary.of(chart).add(chart.node.id); }
  new Tier(eu, 'wbe');
  new Tier(us, 'web');
  expect(printed(eu)).toEqual([expect.stringMatching(/^netpol: eu\/wbe: warning NP101/), expect.stringMatching(/^netpol: all\/policy: warning NP110/)]);
});
