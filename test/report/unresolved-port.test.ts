import { explanationOf, shop } from './shop';
import { unresolvedPort } from '../../src/report/private/side-text';

test('a port name that no container has is the reason, whatever policies say', () => {
  expect(unresolvedPort(explanationOf(shop(), 'app/frontend', 'app/db', 'tcp/pg')))
    .toBe("No container of app/db[Deployment] has a TCP port named 'pg': name it in the container's ports, or give its number.");
});

test('the names that there are, are told', () => {
  expect(unresolvedPort(explanationOf(shop(), 'app/frontend', 'app/backend', 'udp/http'))).toContain('(it has TCP http)');
});

test('an address has no port names', () => {
  expect(unresolvedPort(explanationOf(shop(), 'app/backend', '8.8.8.8', 'tcp/https')))
    .toBe("The port name 'https' means nothing for an address: give the port's number.");
});

test('a name that resolves, a number and no port at all are no fault', () => {
  for (const port of ['tcp/http', 'tcp/8080', undefined]) {
    expect(unresolvedPort(explanationOf(shop(), 'app/frontend', 'app/backend', port))).toBeUndefined();
  }
});
