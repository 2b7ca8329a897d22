import { ConnectionSet } from '../../src/evaluator/connections';
import { ConnectivityChange } from '../../src/query/connectivity-changes';
import { connectivityChangesText } from '../../src/report/connectivity-changes';

const tcp = (port: number) => ConnectionSet.range('TCP', port, port);
const WORKLOADS = ['x/a[Deployment]', 'x/b[Deployment]', 'x/b[StatefulSet]'];
const change = (source: string, destination: string, before = ConnectionSet.NONE, after = ConnectionSet.NONE): ConnectivityChange =>
  ({ source, destination, before, after });

test('says what is gained, lost and changed, by the names that a person reads', () => {
  expect(connectivityChangesText(['a.yaml', 'b.yaml'], [
    change('x/a[Deployment]', 'x/b[Deployment]', ConnectionSet.NONE, ConnectionSet.ALL),
    change('x/a[Deployment]', 'x/b[StatefulSet]', tcp(80)),
    change('x/b[Deployment]', 'x/a[Deployment]', tcp(80), tcp(443)),
  ], WORKLOADS)).toBe(`\
a.yaml, b.yaml: 1 gained, 1 lost, 1 changed
  gained   x/a → x/Deployment/b: all
  lost     x/a → x/StatefulSet/b: TCP 80
  changed  x/Deployment/b → x/a: TCP 443 (was TCP 80)
`);
});

test('outside addresses with the same change are one line, in either direction', () => {
  expect(connectivityChangesText(['a.yaml'], [
    change('10.0.0.0-10.255.255.255[External]', 'x/a[Deployment]', tcp(80)),
    change('x/a[Deployment]', '10.0.0.0-10.255.255.255[External]', tcp(80)),
    change('x/a[Deployment]', '9.0.0.0-9.255.255.255[External]', tcp(80)),
    change('x/a[Deployment]', '20.0.0.0-20.255.255.255[External]', tcp(443)),
  ], WORKLOADS)).toBe(`\
a.yaml: 3 lost
  lost     10.0.0.0/8 → x/a: TCP 80
  lost     x/a → 9.0.0.0/8, 10.0.0.0/8: TCP 80
  lost     x/a → 20.0.0.0/8: TCP 443
`);
});

test('says so where nothing has changed, and names three files', () => {
  expect(connectivityChangesText(['a', 'b', 'c', 'd', 'e'], [], WORKLOADS)).toBe('a, b, c and 2 more: no connection gained, lost or changed\n');
});
