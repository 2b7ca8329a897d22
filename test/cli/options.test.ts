import { portOption } from '../../src/cli/private/options';

test('a port is read, and absent where it is', () => {
  expect(portOption('udp/53')).toEqual({ protocol: 'UDP', first: 53, last: 53 });
  expect(portOption(undefined)).toBeUndefined();
});

test('a port that is none says how to write one', () => {
  expect(() => portOption('tcp/0')).toThrow("--port: 'tcp/0' is not a port: must be between 1 and 65535, inclusive; write it as tcp/8080, udp/5000-5010 or tcp/http");
});
