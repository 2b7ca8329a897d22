import * as fc from 'fast-check';
import { explainPair } from '../../page/explain';
import { ClusterModel } from '../../page/model';
import { Reachability } from '../../src/evaluator/reachability';
import { formatPath } from '../../src/findings/finding';
import { listConnections } from '../../src/query/connectivity';
import { podEndpoint } from '../../src/query/endpoints';
import { explain } from '../../src/query/explanation';
import { instructionOf } from '../../src/query/fix-instruction';
import { flow } from '../../src/query/flow';
import { overviewOf } from '../../src/query/overview';
import { Party, partyNamed } from '../../src/query/parties';
import { answerQuestion } from '../../src/query/questions';
import { PageCluster } from '../../src/report/page-document';
import { reportDocument } from '../../src/report/report-document';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { deployment, labelled, pod, policy, reachOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns, randomSeed } from '../support/random-runs';

/* The page joins parts that the document has once. What it shows must be what the evaluator says about each pair. */

function pageOf(reach: Reachability): PageCluster {
  const [cluster] = reportDocument({
    version: '1',
    paths: ['k8s'],
    options: [],
    findings: [],
    suppressed: 0,
    summary: ['1 file read'],
    inputs: [],
    clusters: [{ overview: overviewOf(reach), exposed: [], mayExposeMore: false, exposures: [], assumptions: [], leftOut: [] }],
    facts: { podCidrs: [], namespaces: [], strict: false },
  }).clusters;
  // The page reads it from text.
  return JSON.parse(JSON.stringify(cluster));
}

/** The first pod of each end of the page. */
function podsOf(reach: Reachability) {
  return overviewOf(reach).ends.map(({ end }) => podEndpoint(reach, end.workload, end.kind === 'pod' ? end.pod : end.workload.pods[0], end.name));
}

/** The rows of the list that the matrix of the page has between workloads. */
function pairsOf(model: ClusterModel): string[] {
  const { ends } = model.data;
  return ends.flatMap((from, row) => ends.flatMap((to, column) => {
    const { ports, undecided } = model.cell(row, column);
    return ports.length === 0 && undecided.length === 0 ? [] : [`${from.ref} ${to.ref} ${ports.join()} ${undecided.length > 0}`];
  }));
}

const bounds = (ranges: readonly { protocol: string; first: number; last: number }[]) =>
  ranges.flatMap(({ protocol, first, last }) => [first, last].map(port => ['SCTP', 'TCP', 'UDP'].indexOf(protocol) * 65536 + port)).join();

const shop = () => reachOf(
  deployment('x/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 8080 }] }),
  deployment('x/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] }),
  deployment('y/job', { app: 'job' }),
  policy('x/deny', { podSelector: {}, policyTypes: ['Ingress'] }),
  policy('x/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'web' }) }], ports: [{ port: 5432 }] }] }),
  policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ ipBlock: { cidr: '8.8.8.0/24' } }], ports: [{ port: 'http' }] }] }),
);

describe('the page about a shop', () => {
  const model = () => new ClusterModel(pageOf(shop()));

  test('a pair that is allowed shows the rule that allows it', () => {
    const one = model();
    const { headline, sides: [egress, ingress], isComplete, fixes } = explainPair(one, one.rowByRef('x/web')!, one.columnByRef('x/db')!);
    expect(headline).toBe('x/web reaches x/db on TCP 5432.');
    expect(egress.why).toBe('No policy isolates it for egress, so it may connect to anything.');
    expect(ingress.allowedBy.map(({ policy: { name }, rule: { path, text } }) => `${name} ${path}: ${text}`)).toEqual(["x/db spec.ingress[0]: pods app=web of namespace 'x' on TCP 5432"]);
    expect([isComplete, fixes]).toEqual([true, []]);
  });

  test('a pair that is denied shows what isolates it, and the fix that netpol explain prints', () => {
    const reach = shop();
    const one = model();
    const [row, column] = [one.rowByRef('y/job')!, one.columnByRef('x/db')!];
    const { verdict, sides, fixes: [fix] } = explainPair(one, row, column);
    expect(verdict).toBe('no');
    expect(sides[1].policies.map(({ name }) => name)).toEqual(['x/deny', 'x/db']);
    const [job, db] = [podsOf(reach)[row], podsOf(reach)[column]];
    const own = instructionOf(explain(reach, flow(reach, job, db)).ingress.fix!);
    expect([fix.instruction, fix.yaml]).toEqual([own.instruction, own.yaml]);
  });

  test('an address outside shows the block that lets it in', () => {
    const one = model();
    const { verdict, sides } = explainPair(one, one.rowByRef('8.8.8.0/24')!, one.columnByRef('x/web')!);
    expect(verdict).toBe('yes');
    expect(sides[1].allowedBy.map(({ rule: { text } }) => text)).toEqual(['ipBlock 8.8.8.0/24 on TCP http']);
  });

  test('a side is undecided, not denied, if a block may have an address that is not known', () => {
    const web = policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
    const one = new ClusterModel(pageOf(reachOf(deployment('x/web', { app: 'web' }), deployment('x/job', { app: 'job' }), web)));
    const { verdict, sides } = explainPair(one, one.rowByRef('x/job')!, one.columnByRef('x/web')!);
    expect([verdict, ...sides.map(side => side.verdict)]).toEqual(['undecided', 'yes', 'undecided']);
  });

  test('a pod of which there is one has no connection with itself', () => {
    const one = new ClusterModel(pageOf(reachOf(pod('x/a'))));
    expect(explainPair(one, 0, 0).headline).toBe('x/a is one pod. A pod always reaches itself: policies do not apply.');
  });
});

describe('the filters', () => {
  const model = () => new ClusterModel(pageOf(shop()));
  const names = (one: ClusterModel, filter: object) => {
    const { rows, columns } = one.filtered({ namespace: '', from: '', to: '', verdict: '', ...filter });
    const set = (flags: Uint8Array) => [...flags.keys()].filter(i => flags[i] === 1);
    return [set(rows).map(i => one.rowName(i)), set(columns).map(i => one.columnName(i))];
  };

  test('a port leaves the pairs with that port', () => {
    expect(names(model(), { ports: [65536 + 5432, 65536 + 5432], to: 'x/' })).toEqual([['x/web'], ['x/db']]);
  });

  test('names and labels are searched', () => {
    expect(names(model(), { from: 'app=job', to: 'deployment app=db' })).toEqual([['y/job'], ['x/db']]);
  });

  test('a verdict leaves the pairs that have it', () => {
    expect(names(model(), { from: 'x/web', to: 'x/', verdict: 'no' })).toEqual([['x/web'], ['x/web']]);
    expect(names(model(), { verdict: 'undecided' })).toEqual([[], []]);
    expect(names(model(), { from: 'x/web', to: 'x/', verdict: 'all' })).toEqual([[], []]);
  });

  test('a namespace leaves the pairs of which one end is in it', () => {
    expect(names(model(), { namespace: 'x', from: '8.8' })).toEqual([['8.8.8.0/24'], ['x/db', 'x/web', 'y/job', 'any IPv4 address']]);
  });
});

describe('on random clusters', () => {
  const services = fc.array(fc.record({ selector: fc.constantFrom({ app: 'a' }, { app: 'b' }, {}), targetPort: fc.constantFrom(80, 81, 'http') }), { maxLength: 2 })
    .map(all => all.map(({ selector, targetPort }, i) => ({
      apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'x', name: `s${i}` }, spec: { selector, ports: [{ port: 80, targetPort }, { name: 'b', port: 81, protocol: 'UDP' }] },
    })));
  const reaches = fc.tuple(fc.oneof(arbitraryCluster, arbitraryTieredCluster), services)
    .map(([cluster, more]) => new Reachability(clusterOfObjects([...manifestsOf(cluster), ...more])));

  test('the matrix has the rows of the list, and each explanation the policies and rules of netpol explain', () => {
    fc.assert(fc.property(reaches, reach => {
      const model = new ClusterModel(pageOf(reach));
      const listed = [...listConnections(reach).connections].filter(({ source, destination }) => source.kind !== 'addresses' && destination.kind !== 'addresses');
      expect(pairsOf(model).length).toBe(listed.length);
      const endpoints = podsOf(reach);
      endpoints.forEach((source, row) => endpoints.forEach((destination, column) => {
        if (model.isSelf(row, column)) { return; }
        const view = explainPair(model, row, column);
        const own = explain(reach, flow(reach, source, row === column ? { ...destination, pod: { ...destination.pod } } : destination));
        if (own.flow.loopback) { return; }
        expect(model.cell(row, column).ports.join()).toBe(bounds(own.flow.connections.ranges()));
        const isDecided = reach.mayBeUndecided === false;
        if (!isDecided) { return; }
        expect(view.isComplete).toBe(true);
        for (const [i, side] of [own.egress, own.ingress].entries()) {
          expect(view.sides[i].ports.join()).toBe(bounds(own.flow[side.direction].ranges()));
          expect(view.sides[i].policies.map(({ name }) => name)).toEqual(side.isolatedBy.map(({ namespace, name }) => `${namespace}/${name}`));
          expect(view.sides[i].allowedBy.map(({ policy: { name }, rule, ports }) => `${name} ${rule.path} ${ports.join()}`))
            .toEqual(side.allowedBy.map(({ policy: { namespace, name }, rule, connections }) => `${namespace}/${name} ${formatPath(rule.path)} ${bounds(connections.ranges())}`));
        }
      }));
    }), { numRuns: randomRuns(400), seed: randomSeed() });
  });

  test('a Service is reached as netpol can-reach says', () => {
    fc.assert(fc.property(reaches, reach => {
      const model = new ClusterModel(pageOf(reach));
      for (const service of model.data.services) {
        const to = partyNamed(reach, `svc/${service.namespace}/${service.name}`);
        model.data.ends.forEach(({ ref }, row) => {
          const from = partyNamed(reach, ref);
          if (typeof from === 'string') { throw new Error(`${ref}: ${from}`); }
          const answer = typeof to === 'string' ? to : answerQuestion(reach, { from, to });
          expect(model.serviceCell(row, service).verdict).toBe(typeof answer === 'string' ? 'no' : answer.answer);
        });
      }
    }), { numRuns: randomRuns(300), seed: randomSeed() });
  });

  test('the matrix has what addresses outside reach, and are reached by', () => {
    fc.assert(fc.property(reaches, reach => {
      const model = new ClusterModel(pageOf(reach));
      const { ends, targets, sources } = model.data;
      const blocksOf = (direction: 'to' | 'from') => (direction === 'to' ? targets : sources).map(({ ref }, i) => ({ ref, number: ends.length + i }));
      for (const [at, { ref }] of ends.entries()) {
        for (const direction of ['to', 'from'] as const) {
          for (const { ref: address, number } of blocksOf(direction)) {
            const [from, to] = direction === 'to' ? [ref, address] : [address, ref];
            const answer = answerQuestion(reach, { from: partyNamed(reach, from) as Party, to: partyNamed(reach, to) as Party });
            if (typeof answer === 'string') { throw new Error(answer); }
            if (answer.example?.source.kind === 'pod' && answer.example.destination.kind === 'pod') { continue; }
            const cell = direction === 'to' ? model.cell(at, number) : model.cell(number, at);
            expect(cell.ports.length > 0 ? 'yes' : cell.undecided.length > 0 ? 'undecided' : 'no').toBe(answer.answer);
          }
        }
      }
    }), { numRuns: randomRuns(200), seed: randomSeed() });
  });
});
