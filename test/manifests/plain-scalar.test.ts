import { resolvePlainScalar } from '../../src/manifests/private/plain-scalar';

/* Kubernetes reads YAML 1.1 by Go's yaml.v2: an unquoted word means what it means there. */

const table: [string, string | number | boolean | null][] = [
  ['yes', true], ['Yes', true], ['YES', true], ['on', true], ['y', true], ['Y', true], ['true', true], ['TRUE', true],
  ['no', false], ['off', false], ['OFF', false], ['n', false], ['N', false], ['False', false],
  ['yEs', 'yEs'], ['yess', 'yess'],
  ['', null], ['~', null], ['null', null], ['NULL', null], ['nUll', 'nUll'],
  ['80', 80], ['-1', -1], ['+1', 1], ['0', 0], ['-0', 0], ['1_000', 1000],
  ['010', 8], ['0o10', 8], ['0x1F', 31], ['0b101', 5], ['-010', -8],
  ['9', 9], ['0x1g', '0x1g'], ['0b12', '0b12'], ['07.5', 7.5], ['90', 90], ['1.inf', '1.inf'], ['1.nan', '1.nan'],
  ['0X1f', 31], ['-0x10', -16], ['+0b11', 3], ['0B1', 1], ['0O17', 15], ['00', 0], ['-00', 0], ['-0.0', 0], ['0x', '0x'], ['0b2', '0b2'], ['10x1', '10x1'], ['x0x1', 'x0x1'],
  ['12', 12], ['120', 120], ['1234567', 1234567], ['+12', 12], ['--1', '--1'], ['1_0.5', 10.5], ['1.5e', '1.5e'], ['1e+', '1e+'], ['1E-2', 0.01], ['12e10', 12e10], ['.25', 0.25],
  ['-.INF', -Infinity], ['+.inf', Infinity], ['.NaN', NaN], ['.NAN', NaN], ['.Nan', '.Nan'], ['-.nan', '-.nan'], ['.infinity', '.infinity'], ['x.inf', 'x.inf'], ['x.nan', 'x.nan'], ['.nano', '.nano'],
  ['false', false], ['FALSE', false], ['Null', null], ['On', true], ['ON', true], ['Off', false], ['No', false], ['NO', false], ['True', true],
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
