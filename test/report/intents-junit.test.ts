import { shop, shopIntents } from './shop';
import { intentsJunit } from '../../src/report/intents';

test('a test case for each intent, and a failure with the reasons for each that fails', () => {
  const reach = shop();
  const xml = [...intentsJunit(reach, shopIntents(reach))].join('');
  expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="netpol" tests="3" failures="2" errors="0">\n/);
  expect(xml.match(/<testcase /g)).toHaveLength(3);
  expect(xml.match(/<failure message="app\/backend\[Deployment\] does not reach app\/db\[Deployment\] on TCP 5432\." type="allowed">intents\.yaml:4:5\n/g)).toHaveLength(1);
  expect(xml).toContain('classname="intents.yaml" name="denied: app/frontend[Deployment] → app/db[Deployment]" time="0"/>');
});

test('markup in a description is escaped, and what XML can not hold is left out', () => {
  const reach = shop();
  const [, intent] = shopIntents(reach);
  expect([...intentsJunit(reach, [intent])].join('')).toContain('orders &#60;are&#62; &#34;kept&#34;');
  expect([...intentsJunit(reach, [{ ...intent, description: 'bell\u0007 & 😀' }])].join('')).toContain('bell? &#38; 😀"');
});

test('an intent of no file belongs to the intents', () => {
  const reach = shop();
  expect([...intentsJunit(reach, [{ ...shopIntents(reach)[0], place: { constructPath: 'shop/intent' } }])].join('')).toContain('classname="intents"');
});
