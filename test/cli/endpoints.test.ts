import { Endpoints } from '../../src/cli/private/options';
import { shop } from '../report/shop';

test('each text is looked up once', () => {
  const endpoints = new Endpoints(shop());
  expect(endpoints.named('app/db')).toBe(endpoints.named('app/db'));
  expect(endpoints.named('app/db')).toMatchObject({ name: 'app/db[Deployment]' });
});

test('a text that names nothing says so, every time', () => {
  const endpoints = new Endpoints(shop());
  expect(endpoints.named('app/x')).toContain("there is no workload 'app/x'");
  expect(endpoints.named('app/x')).toContain("there is no workload 'app/x'");
});
