import { hasAddressLabel, lastingSelector, workloadsAlike } from '../../src/cluster/lasting-selection';
import { deployment, pod } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

const ADDRESS = 'cdk8s.io/metadata.addr';

/** A Deployment as cdk8s-plus makes it: its selector is its address. */
function plus(name: string, labels: Record<string, string>, selector: Record<string, string> = {}): object {
  const made: any = deployment(`app/${name}`, { ...labels, [ADDRESS]: name });
  made.spec.selector.matchLabels = { [ADDRESS]: name, ...selector };
  return made;
}

function workloads(...objects: object[]) { return clusterOfObjects(objects).workloads; }

test('the lasting selector is that of the spec without the address, or the labels that last, or nothing', () => {
  const [web, both, bare, written, single, none] = workloads(
    plus('web', { app: 'web', version: '1' }), plus('both', { app: 'b', track: 'x' }, { app: 'b' }), plus('bare', { version: '1' }),
    deployment('app/written', { app: 'w', version: '1' }), pod('app/single', { 'app': 's', 'helm.sh/chart': 'c' }), pod('app/none'),
  );
  expect([web, both, bare, written, single, none].map(one => lastingSelector(one)?.toString())).toEqual(['app=web', 'app=b', undefined, 'app=w,version=1', 'app=s', undefined]);
  expect([web, both, bare, written, single].map(hasAddressLabel)).toEqual([true, true, true, false, false]);
});

test('two workloads are alike if the lasting selector of one selects the pods of the other', () => {
  const [web, api, job, db, bare, node] = workloads(
    plus('web', { app: 'shop' }), plus('api', { app: 'shop' }), deployment('app/job', { app: 'shop', part: 'job' }), plus('db', { app: 'db' }), plus('bare', {}),
    deployment('app/node', { app: 'shop' }, { hostNetwork: true }),
  );
  const all = [web, api, job, db, bare];
  const alike = all.map(one => workloadsAlike(one, all).map(({ name }) => name));
  expect(alike).toEqual([['api', 'job'], ['web', 'job'], ['web', 'api'], [], []]);
  expect(workloadsAlike(db, [db, node])).toEqual([]);
  expect(workloadsAlike(web, [web, node])).toEqual([]);
});

test('a label whose value only the running cluster knows may be alike', () => {
  const [web, other] = workloads(deployment('app/web', { app: 'web' }), deployment('app/other', { app: 'web', n: '1' }));
  expect(workloadsAlike(web, [web, other])).toEqual([other]);
});
