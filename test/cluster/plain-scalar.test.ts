import { resolvePlainScalar } from '../../src/cluster/plain-scalar';

/* Kubernetes reads YAML 1.1 by Go's yaml.v2: an unquoted word means what it means there. */

const table: [string, string | number | boolean | null][] = [
  ['yes', true], ['Yes', true], ['YES', true], ['on', true], ['y', true], ['Y', true], ['true', true], ['TRUE', true],
  ['no', false], ['off', false], ['OFF', false], ['n', false], ['N', false], ['False', false],
  ['yEs', 'yEs'], ['yess', 'yess'],
  ['', null], ['~', null], ['null', null], ['NULL', null], ['nUll', 'nUll'],
  ['80', 80], ['-1', -1], ['+1', 1], ['0', 0], ['-0', 0], ['1_000', 1000],
  ['010', 8], ['0o10', 8], ['0x1F', 31], ['0b101', 5], ['-010', -8],
  ['09', 9], ['0o8', '0o8'], ['0xg', '0xg'],
  ['1.5', 1.5], ['80.0', 80], ['1e3', 1000], ['.5', 0.5], ['1.', 1], ['-.5e-1', -0.05], ['.5_0', '.5_0'],
  ['10.0.0.1', '10.0.0.1'], ['10.0.0.0/8', '10.0.0.0/8'], ['1.2.3', '1.2.3'],
  ['22:22', '22:22'], ['190:20:30', '190:20:30'],
  ['2001-12-14', '2001-12-14'], ['2001-12-14T21:59:43Z', '2001-12-14T21:59:43Z'],
  ['.inf', Infinity], ['-.Inf', -Infinity], ['.nan', NaN], ['.', '.'], ['-', '-'], ['+', '+'],
  ['app', 'app'], ['v1', 'v1'], ['1e', '1e'], ['e1', 'e1'],
];

test.each(table)('%p means %p', (text, value) => {
  expect(resolvePlainScalar(text)).toBe(value);
});
