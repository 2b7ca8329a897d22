import { shop, shopIntents } from './shop';
import { intentsText } from '../../src/report/intents';

test('a line for each intent, with the reasons below one that fails, and a count', () => {
  const reach = shop();
  const text = [...intentsText(reach, shopIntents(reach))].join('');
  expect(text).toMatch(/^ok {6}denied: app\/frontend\[Deployment\] → app\/db\[Deployment\]\nFAILED {2}allowed: app\/backend/);
  expect(text).toContain('\n        intents.yaml:4:5: orders <are> "kept"\n        app/backend[Deployment] does not reach');
  expect(text).toContain('\nFAILED  only: app/db[Deployment] → app/backend[Deployment]\n        intents.yaml:6:5\n        A pod like this');
  expect(text.endsWith('3 intents: 2 failed\n')).toBe(true);
});

test('when all hold, it says so', () => {
  const reach = shop();
  expect([...intentsText(reach, shopIntents(reach).slice(0, 1))].at(-1)).toBe('1 intent: all hold\n');
});
