import { callError } from '../../src/cdk8s/call-error';

test('an error says where, what is wrong, and what to write instead', () => {
  expect(callError('shop/backend: allowFrom(shop/frontend)', 'ports is empty', 'write ports: [Port.all()]').message)
    .toBe('shop/backend: allowFrom(shop/frontend): ports is empty. Instead, write ports: [Port.all()].');
});
